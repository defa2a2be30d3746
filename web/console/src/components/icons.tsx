// The page's few icons, on a 20-unit grid. They are decoration: the words beside them, or the button's
// label, say what they mean.
const PATHS = {
  sun: 'M10 6.500a3.500 3.500 0 100 7 3.500 3.500 0 000-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100',
  moon: 'M16 11.800A6.500 6.500 0 018.200 4a6.500 6.500 0 107.800 7.800z',
  key: 'M12.500 3.500a4 4 0 00-3.800 5.200L3.500 14v2.500H6V15h1.500v-1.500H9l2.300-2.200a4 4 0 101.200-7.800zM13.500 6.500v.1',
  reload: 'M15.500 8.500A6 6 0 104.900 13.200M15.500 4v4.500H11',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.8 10h6.400L14 6M8.500 9v4.500M11.500 9v4.500',
  down: 'M10 3.500v9M6 9l4 4 4-4M4 16.500h12',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
