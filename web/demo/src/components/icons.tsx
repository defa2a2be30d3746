// The page's few icons, drawn on a 20-unit grid. They are decoration: the text beside them, or the
// button's label, says what they mean.
const PATHS = {
  back: 'M12 4l-6 6 6 6',
  next: 'M8 4l6 6-6 6',
  trash: 'M4 6h12M8 6V4h4v2M6 6l.8 10h6.4L14 6M8.500 9v4.500M11.500 9v4.500',
  close: 'M5 5l10 10M15 5L5 15',
  pause: 'M7 5v10M13 5v10',
  play: 'M7 4.500l8 5.500-8 5.500z',
  sun: 'M10 6.500a3.500 3.500 0 100 7 3.500 3.500 0 000-7zM10 2v1.500M10 16.500V18M2 10h1.500M16.500 10H18M4.300 4.300l1.100 1.100M14.600 14.600l1.100 1.100M4.300 15.700l1.100-1.100M14.600 5.400l1.100-1.100',
  moon: 'M16 11.800A6.500 6.500 0 018.200 4a6.500 6.500 0 107.800 7.800z',
  reload: 'M15.500 8.500A6 6 0 104.900 13.200M15.500 4v4.500H11',
  disk: 'M3.500 6.500C3.500 5 6.400 4 10 4s6.500 1 6.500 2.500S13.600 9 10 9 3.500 8 3.500 6.500zM3.500 6.500v7C3.500 15 6.400 16 10 16s6.500-1 6.500-2.500v-7M3.500 10c0 1.500 2.900 2.500 6.500 2.500s6.500-1 6.500-2.500',
  cloud: 'M6 15.500a3.500 3.500 0 01-.4-7A4.600 4.600 0 0114.500 9a3.300 3.300 0 01-.3 6.500z',
  check: 'M4.500 10.500l3.500 3.500 7.500-8',
  alert: 'M10 6.500v4.500M10 13.600v.1M10 2.500a7.500 7.500 0 100 15 7.500 7.500 0 000-15z',
  bolt: 'M11 2.500L4.500 11.500H10l-1 6 6.500-9H10z',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 20 20" aria-hidden="true" focusable="false">
      <path d={PATHS[name]} />
    </svg>
  );
}
