export const metadata = { title: 'Pictures with Next.js' };
export const viewport = { colorScheme: 'light dark' };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <head>
        <link rel="icon" href="data:," />
      </head>
      <body>{children}</body>
    </html>
  );
}
