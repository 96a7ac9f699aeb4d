/** How the page looks: system fonts, calm colours, dark where its reader's system is. */
export const STYLE = `
:root{color-scheme:light dark;--page:#f6f7f9;--card:#fff;--ink:#1a1f27;--soft:#535d6b;--rule:#dfe3e8;--accent:#2456a6;--warn:#8a4b08;--warn-card:#fff6e8;--warn-rule:#efd3a8;
--c0:#2f62b5;--c1:#c2601c;--c2:#2b7f5f;--c3:#8650a8;--c4:#b33a54;--c5:#1b7f92;--c6:#7d6c14;--c7:#6b7583}
@media (prefers-color-scheme:dark){:root{--page:#101318;--card:#181c23;--ink:#e8ebf0;--soft:#a3adba;--rule:#2d343e;--accent:#8db8ff;--warn:#f2bd77;--warn-card:#2a2216;--warn-rule:#54411f;
--c0:#76a3ee;--c1:#eea063;--c2:#66c09a;--c3:#c194dd;--c4:#ea8296;--c5:#5bbfd2;--c6:#c9b657;--c7:#929cab}}
*{box-sizing:border-box}
body{margin:0;background:var(--page);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;-webkit-text-size-adjust:100%}
header,main,footer{max-width:80rem;margin:0 auto;padding:0 1.5rem}
header{padding-top:2.5rem}
h1{font-size:1.75rem;line-height:1.2;letter-spacing:-.015em;font-weight:650;margin:0 0 .35rem;overflow-wrap:anywhere}
h2{font-size:1.125rem;line-height:1.3;font-weight:650;margin:0 0 .25rem}
p{margin:0 0 .75rem}
.quiet,caption,footer,.card small{color:var(--soft)}
.quiet,footer{font-size:.875rem}
section{background:var(--card);border:1px solid var(--rule);border-radius:.75rem;padding:1.25rem 1.5rem;margin:0 0 1.25rem;min-width:0}
.cards{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,7.5rem),1fr));gap:1.25rem 1.5rem;margin:0}
.card dt{font-size:.8125rem;color:var(--soft)}
.card dd{margin:0}
.card dd b{display:block;font-size:1.5rem;line-height:1.25;font-weight:650;letter-spacing:-.02em;font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
.card small{display:block;font-size:.8125rem;line-height:1.4}
.card.first{grid-column:span 2}
.card.first b{font-size:2.5rem;line-height:1.1}
.notes{background:var(--warn-card);border:1px solid var(--warn-rule);border-radius:.75rem;padding:.875rem 1.5rem;margin:0 0 1.25rem;list-style:none;font-size:.9375rem}
.notes b,.unknown{color:var(--warn)}
.unknown{font-style:normal;font-weight:600;white-space:nowrap}
.none{color:var(--soft);font-style:normal}
.chart{display:flex;gap:.75rem;margin-top:1rem}
.axis{display:flex;flex-direction:column;justify-content:space-between;height:264px;margin-top:-4px;text-align:right;font-size:.75rem;line-height:24px;color:var(--soft);font-variant-numeric:tabular-nums;white-space:nowrap}
.plot{flex:1;min-width:0;overflow:visible;color:var(--ink)}
.rule{stroke:var(--rule)}
.label{font-size:12px;fill:var(--soft)}
.part{stroke:var(--card);stroke-width:1}
.band{fill:var(--ink);fill-opacity:.22;stroke:none}
.end{stroke:var(--ink);stroke-width:1.5}
.open{font-size:12px;font-weight:700;fill:var(--ink)}
.mark{fill:var(--warn)}
.ink{fill:none;stroke:var(--card);stroke-width:1.4;stroke-opacity:.6}
.patterns{position:absolute}
.c0{fill:var(--c0)}.c1{fill:var(--c1)}.c2{fill:var(--c2)}.c3{fill:var(--c3)}.c4{fill:var(--c4)}.c5{fill:var(--c5)}.c6{fill:var(--c6)}.c7{fill:var(--c7)}
.legend{list-style:none;display:flex;flex-wrap:wrap;gap:.375rem 1.25rem;margin:1rem 0;padding:0;font-size:.875rem}
.legend li{display:flex;gap:.5rem;align-items:baseline;min-width:0}
.legend .name{overflow-wrap:anywhere}
.legend b{font-variant-numeric:tabular-nums;white-space:nowrap}
.swatch{flex:none;align-self:center}
summary{cursor:pointer;color:var(--accent);font-size:.875rem;padding:.25rem 0;width:fit-content}
.scroll{overflow-x:auto;margin:.5rem -.5rem 0;padding:0 .5rem;max-height:36rem;overflow-y:auto}
table{border-collapse:collapse;width:100%;font-size:.875rem;font-variant-numeric:tabular-nums}
caption span{position:sticky;left:0;display:inline-block;max-width:calc(100vw - 5rem)}
caption{text-align:left;padding:0 0 .5rem;font-size:.8125rem}
th,td{padding:.4375rem .5rem;text-align:right;border-bottom:1px solid var(--rule);white-space:nowrap;vertical-align:top}
th:first-child{text-align:left;padding-left:0}
th:last-child,td:last-child{padding-right:0}
thead th{font-weight:600;color:var(--soft);font-size:.8125rem;vertical-align:bottom}
tbody th{font-weight:500;white-space:normal;overflow-wrap:anywhere;min-width:9rem;max-width:24rem}
tfoot th,tfoot td{border-bottom:0;font-weight:600;white-space:nowrap}
tfoot tr+tr>*{border-top:1px solid var(--rule)}
tbody tr:hover{background:color-mix(in srgb,var(--accent) 6%,transparent)}
th button{all:unset;cursor:pointer;white-space:nowrap}
th button:hover{color:var(--ink)}
th button::after{content:"↕";display:inline-block;width:1em;text-align:center;margin-left:.125rem;opacity:.55}
th[aria-sort=ascending] button::after{content:"↑";opacity:1}
th[aria-sort=descending] button::after{content:"↓";opacity:1}
th[aria-sort] button{color:var(--ink)}
:focus-visible,th button:focus-visible{outline:2px solid var(--accent);outline-offset:2px;border-radius:.25rem}
.skip{position:absolute;left:-999rem}
.skip:focus{position:static;display:inline-block;margin:.75rem 1.5rem}
a{color:var(--accent)}
footer{padding-bottom:3rem}
@media (max-width:40rem){header{padding-top:1.5rem}header,main,footer{padding-left:1rem;padding-right:1rem}section,.notes{padding:1rem}h1{font-size:1.375rem}.cards{grid-template-columns:1fr 1fr;gap:1rem}.card.first b{font-size:2rem}.card dd b{font-size:1.25rem}tbody th{min-width:9rem;max-width:11rem}}
@media (min-width:80rem){tbody th{min-width:15rem}}
@media (prefers-reduced-motion:no-preference){th button,summary{transition:color .15s}}
@media print{:root{color-scheme:light}.scroll{max-height:none;overflow:visible}section{break-inside:avoid}*{print-color-adjust:exact}}
`;
