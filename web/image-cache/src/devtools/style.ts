// The panel's own sheet, inside its shadow: nothing of the page reaches it and nothing of it the page. Made by
// script and not by an element, so that a strict style-src does not block it.
const CSS = `
:host {
  all: initial;
  color-scheme: light dark;
  --ground: light-dark(#ffffff, #16181d);
  --raised: light-dark(#f3f4f7, #21242b);
  --line: light-dark(#d9dce3, #363b45);
  --ink: light-dark(#1b1e24, #eceef2);
  --faint: light-dark(#5b6270, #a3abb9);
  --accent: light-dark(#1f5fbf, #8ab4f8);
  --good: light-dark(#14713c, #6fd39a);
  --fair: light-dark(#8a5a00, #e8bd63);
  --bad: light-dark(#b3261e, #ff9d94);
  position: fixed;
  inset: auto 12px 12px auto;
  z-index: 2147483000;
  font: 13px/1.45 system-ui, sans-serif;
  color: var(--ink);
}
* { box-sizing: border-box; }
[hidden] { display: none !important; }
button {
  font: inherit;
  color: inherit;
  cursor: pointer;
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: 8px;
  padding: 6px 12px;
  min-height: 32px;
}
button:hover { background: var(--raised); }
button:focus-visible, .scroll:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.toggle { float: right; border-radius: 999px; box-shadow: 0 2px 10px rgb(0 0 0 / 0.25); }
.toggle b { font-variant-numeric: tabular-nums; margin-left: 6px; }
.panel {
  display: flex;
  flex-direction: column;
  width: min(560px, calc(100vw - 24px));
  max-height: min(640px, calc(100vh - 76px));
  margin-bottom: 8px;
  overflow: hidden;
  background: var(--ground);
  border: 1px solid var(--line);
  border-radius: 12px;
  box-shadow: 0 8px 32px rgb(0 0 0 / 0.3);
}
header { display: flex; align-items: center; gap: 10px; padding: 10px 14px; border-bottom: 1px solid var(--line); }
h2 { font-size: 14px; font-weight: 600; margin: 0; white-space: nowrap; }
header .close { margin-left: auto; }
.chip { padding: 1px 8px; border: 1px solid var(--line); border-radius: 999px; color: var(--faint); white-space: nowrap; }
.scroll { overflow: auto; padding: 12px 14px 14px; }
dl { display: grid; grid-template-columns: repeat(auto-fit, minmax(118px, 1fr)); gap: 8px; margin: 0 0 14px; }
dl div { padding: 7px 10px; background: var(--raised); border-radius: 8px; }
dt { color: var(--faint); }
dd { margin: 0; font-size: 16px; font-weight: 600; font-variant-numeric: tabular-nums; }
dd small { display: block; font-size: 12px; font-weight: 400; color: var(--faint); }
h3 { font-size: 13px; font-weight: 600; margin: 14px 0 4px; }
p { margin: 0; color: var(--faint); }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th { font-weight: 400; text-align: left; color: var(--faint); }
th, td { padding: 3px 8px 3px 0; border-bottom: 1px solid var(--line); vertical-align: top; }
td.number, th.number { text-align: right; white-space: nowrap; padding-right: 0; padding-left: 8px; }
td:first-child { overflow-wrap: anywhere; }
.memory, .disk, .server, .network { white-space: nowrap; }
.memory, .disk, .server { color: var(--good); }
.network, .waiting { color: var(--fair); }
.failed { color: var(--bad); }
`;

export function addStyle(shadow: ShadowRoot): void {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(CSS);
  shadow.adoptedStyleSheets = [sheet];
}
