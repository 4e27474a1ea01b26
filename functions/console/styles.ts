/**
 * The console's style. Everything stands below `.lk`, since a dashboard shows it among its own elements; colours are
 * those of the pages that webhooks' addresses show (http/page.ts).
 */
const LIGHT = `
--ink:#1c2430;--soft:#566070;--paper:#f6f7f9;--card:#fff;--line:#dfe3e8;--hover:#eef1f5;
--go:#17713f;--stop:#b3261e;--wait:#1c5cb3;--warn:#855400;--quiet:#566070;
--a:#1c5cb3;--b:#17713f;--c:#a65d00;--d:#7a3fa8;
color-scheme:light;`;

const DARK = `
--ink:#e8ecf1;--soft:#a3adba;--paper:#12161c;--card:#1b212a;--line:#303946;--hover:#242c37;
--go:#4cc38a;--stop:#f2837b;--wait:#7fb2f7;--warn:#e3b454;--quiet:#a3adba;
--a:#7fb2f7;--b:#4cc38a;--c:#e3b454;--d:#c79bf0;
color-scheme:dark;`;

export const STYLES = `
.lk{${LIGHT}box-sizing:border-box;max-width:78rem;margin:0 auto;padding:1rem 1.25rem 2rem;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",sans-serif;text-align:left;overflow-wrap:anywhere}
.lk-dark{${DARK}}
@media(prefers-color-scheme:dark){.lk-auto{${DARK}}}
.lk *,.lk *::before{box-sizing:border-box}
.lk h1{font-size:1.5rem;font-weight:650;letter-spacing:-.01em;line-height:1.25;margin:1.25rem 0 1rem}
.lk h2{font-size:1.05rem;font-weight:650;margin:1.75rem 0 .6rem}
.lk h3{font-size:.95rem;font-weight:650;margin:1.25rem 0 .4rem}
.lk p{margin:.4rem 0}
.lk code,.lk pre,.lk .code{font:.9em/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace}
.lk h2.code{font-size:1.15rem;margin-top:0}
.lk pre{margin:.25rem 0;white-space:pre-wrap}
.lk time{white-space:nowrap}
.lk a{color:var(--wait);cursor:pointer;text-decoration:underline;text-decoration-color:transparent;text-underline-offset:3px}
.lk a:hover{text-decoration-color:currentColor}
.lk :is(a,button,input,select,summary,[tabindex]):focus-visible{outline:2px solid var(--wait);outline-offset:2px;border-radius:4px}
.lk button.link{border:0;padding:0;background:none;color:var(--wait);font:inherit;cursor:pointer}
.lk .soft,.lk .exact,.lk .hint{color:var(--soft)}
.lk .lead{color:var(--soft);max-width:62rem;margin:.5rem 0 1rem}
.lk .lead .badge{margin-right:.5rem}
.lk .unseen{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.lk header{display:flex;flex-wrap:wrap;align-items:center;gap:.25rem 1.5rem;border-bottom:1px solid var(--line);padding-bottom:.6rem}
.lk .brand{margin:0;font-weight:700;letter-spacing:-.01em}
.lk .brand span{margin-left:.35rem;padding:.1rem .45rem;border:1px solid var(--line);border-radius:99px;color:var(--soft);font-size:.8rem;font-weight:500}
.lk .tabs{display:flex;gap:.15rem;overflow-x:auto;max-width:100%;padding:3px}
.lk .tab{color:var(--soft);padding:.3rem .65rem;border-radius:7px;white-space:nowrap;text-decoration:none}
.lk .tab:hover{background:var(--hover);color:var(--ink)}
.lk .tab[aria-current]{background:var(--card);color:var(--ink);font-weight:600;box-shadow:0 0 0 1px var(--line)}
.lk .chips{display:flex;flex-wrap:wrap;gap:.35rem;align-items:center;margin:.35rem 0}
.lk .chip{padding:.15rem .65rem;border:1px solid var(--line);border-radius:99px;background:var(--card);color:var(--soft);font-size:.87rem;white-space:nowrap;text-decoration:none}
.lk .chip:hover{background:var(--hover);color:var(--ink)}
.lk .chip[aria-current]{border-color:var(--wait);color:var(--wait);font-weight:600}
.lk .filters{display:flex;flex-wrap:wrap;gap:0 1.5rem;margin-bottom:.75rem}
.lk .btn,.lk button.btn{display:inline-block;padding:.3rem .85rem;border:1px solid var(--line);border-radius:8px;background:var(--card);color:var(--ink);font:inherit;font-size:.9rem;font-weight:550;text-decoration:none;cursor:pointer}
.lk .btn:hover{background:var(--hover)}
.lk form .btn,.lk form button.btn{background:var(--wait);border-color:var(--wait);color:var(--card)}
.lk form .btn:hover{filter:brightness(1.1)}
.lk .way{margin:-.4rem 0 .6rem;font-size:.9rem}
.lk .pager,.lk .buttons{display:flex;gap:.75rem;align-items:center;margin-top:1rem}
.lk .card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:1rem 1.15rem;margin:.6rem 0}
.lk details.card{padding:.5rem 1rem}
.lk summary{cursor:pointer}
.lk .notice{padding:.9rem 1.1rem;border:1px dashed var(--line);border-radius:12px;color:var(--soft)}
.lk table{width:100%;border-collapse:separate;border-spacing:0;background:var(--card);border:1px solid var(--line);border-radius:12px;font-size:.93rem}
.lk th{padding:.5rem .75rem;color:var(--soft);font-size:.8rem;font-weight:600;text-align:left;white-space:nowrap;background:none}
.lk table.webhooks td:nth-child(2){white-space:nowrap}
.lk td{padding:.5rem .75rem;border-top:1px solid var(--line);vertical-align:top;background:none}
.lk tbody tr:hover td{background:var(--hover)}
.lk tbody tr:last-child:hover td:first-child{border-bottom-left-radius:11px}
.lk tbody tr:last-child:hover td:last-child{border-bottom-right-radius:11px}
.lk .reason{color:var(--soft);margin:.15rem 0}
.lk .badge{display:inline-block;padding:.05rem .55rem;border-radius:99px;background:color-mix(in srgb,var(--tone) 13%,transparent);color:var(--tone);font-size:.85rem;font-weight:600;white-space:nowrap;--tone:var(--quiet)}
.lk .badge::before{content:"";display:inline-block;width:.45em;height:.45em;margin-right:.4em;border-radius:50%;background:currentColor;vertical-align:.1em}
.lk .is-applied{--tone:var(--go)}.lk .is-queued,.lk .is-postponed{--tone:var(--wait)}.lk .is-rejected{--tone:var(--warn)}.lk .is-failed{--tone:var(--stop)}
.lk .facts{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(17rem,100%),1fr));gap:.1rem 1.5rem;margin:0;padding:.75rem 1.15rem;background:var(--card);border:1px solid var(--line);border-radius:12px}
.lk .facts div{padding:.35rem 0}
.lk .facts div:has(pre,.copy){grid-column:1/-1}
.lk dt{color:var(--soft);font-size:.82rem}
.lk dd{margin:0}
.lk .copy{display:block;padding:.6rem .8rem;border:1px solid var(--line);border-radius:8px;background:var(--paper);user-select:all}
.lk .life{list-style:none;margin:0;padding:0}
.lk .life li{display:grid;grid-template-columns:12.5rem 1fr;gap:0 2rem;position:relative;padding:0 0 1.1rem}
.lk .life .when{text-align:right;color:var(--ink)}

.lk .life .exact{display:block;font-size:.8rem}
.lk .life li::before{content:"";position:absolute;left:13.25rem;top:.45rem;width:.6rem;height:.6rem;border-radius:50%;background:var(--card);border:2px solid var(--wait);z-index:1}
.lk .life li:not(:last-child)::after{content:"";position:absolute;left:calc(13.25rem + .26rem);top:.9rem;bottom:-.45rem;width:2px;background:var(--line)}
.lk .life .what p{margin:.1rem 0}
.lk .calls{margin:.25rem 0;padding-left:1.1rem}
.lk .form .fields{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(15rem,100%),1fr));gap:.9rem 1.25rem}
.lk label{display:block;font-size:.87rem;font-weight:600;margin-bottom:.2rem}
.lk input,.lk select{width:100%;padding:.4rem .6rem;border:1px solid color-mix(in srgb,var(--soft) 55%,var(--line));border-radius:8px;background:var(--paper);color:var(--ink);font:inherit}
.lk .hint,.lk .complaint{font-size:.83rem;margin:.2rem 0 0}
.lk .complaint{color:var(--stop);font-weight:600}
.lk .generator{display:grid;grid-template-columns:minmax(0,15rem) minmax(0,1fr);gap:0 2rem;margin-top:.75rem}
.lk .commands{display:flex;flex-direction:column;gap:.1rem;padding:.5rem;align-self:start;margin:0}
.lk .commands .tab{font:.83rem/1.5 ui-monospace,"SF Mono",Menlo,Consolas,monospace;overflow-wrap:normal}
.lk .commands .tab[aria-current]{background:var(--hover)}
.lk .steps{padding-left:1.3rem;margin:.25rem 0}
.lk .steps li{margin:.35rem 0}
.lk meter{width:6rem;vertical-align:middle}
.lk .charts{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(26rem,100%),1fr));gap:0 1.25rem}
.lk .chart figcaption{font-weight:600;margin-bottom:.4rem}
.lk .chart svg{display:block;width:100%;height:auto}
.lk .chart text{fill:var(--soft);font-size:11px}
.lk .axes line{stroke:var(--line)}
.lk .limit line{stroke:var(--stop);stroke-dasharray:5 4}.lk .limit text{fill:var(--stop)}
.lk .stroke{fill:none;stroke:var(--tone);stroke-width:2;stroke-linejoin:round;stroke-linecap:round}
.lk .fill{fill:var(--tone)}
.lk .dot{display:inline-block;width:.65rem;height:.65rem;border-radius:3px;background:var(--tone);margin-right:.4rem}
.lk .tone-0,.lk .tone-queued{--tone:var(--a)}.lk .tone-1,.lk .tone-flagged{--tone:var(--b)}.lk .tone-2,.lk .tone-refused{--tone:var(--c)}.lk .tone-3,.lk .tone-verified{--tone:var(--d)}
.lk .tone-duplicate{--tone:var(--quiet)}.lk .tone-filtered{--tone:color-mix(in srgb,var(--quiet) 45%,var(--line))}.lk .tone-looked-at{--tone:var(--line)}.lk .tone-crashed{--tone:var(--stop)}
.lk .legend{display:flex;flex-wrap:wrap;gap:.2rem 1rem;list-style:none;margin:.4rem 0;padding:0;font-size:.85rem;color:var(--soft)}
.lk .scroll{max-height:16rem;overflow:auto;margin-top:.4rem}
@media(max-width:46rem){
.lk .tabs{flex-wrap:wrap;gap:0}.lk .tabs .tab{padding:.25rem .5rem}
.lk{padding:.75rem .75rem 2rem}
.lk .generator{grid-template-columns:minmax(0,1fr)}
.lk .commands{flex-direction:row;overflow-x:auto;margin-bottom:1rem}
.lk .chart text{font-size:15px}
.lk .chips{flex-wrap:nowrap;overflow-x:auto;max-width:100%;padding:3px}
.lk .filters>.chips:last-child{flex-wrap:wrap}
.lk table.webhooks,.lk table.webhooks tbody{display:block;border:0;background:none}
.lk table.webhooks thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.lk table.webhooks tr{display:grid;grid-template-columns:1fr auto;gap:.1rem .75rem;background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.55rem .9rem;margin-bottom:.5rem}
.lk table.webhooks td,.lk table.webhooks tbody tr:hover td{border:0;padding:0;background:none}
.lk table.webhooks td:nth-child(1){grid-area:2/2;font-size:.87rem;text-align:right}
.lk table.webhooks td:nth-child(2){grid-area:1/1;white-space:normal}
.lk table.webhooks td:nth-child(3){grid-area:2/1;font-size:.87rem}
.lk table.webhooks td:nth-child(3)::before{content:"contact ";color:var(--soft)}
.lk table.webhooks td:nth-child(4){grid-area:1/2;text-align:right}
.lk table.webhooks td:nth-child(5){display:none}
.lk table.webhooks td:nth-child(6){grid-area:3/1/4/3;font-size:.9rem}
.lk table.cards{border:0;background:none}
.lk table.cards thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
.lk table.cards,.lk table.cards tbody,.lk table.cards tr,.lk table.cards td{display:block}
.lk table.cards tr{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:.5rem .9rem;margin-bottom:.6rem}
.lk table.cards td{display:grid;grid-template-columns:6.5rem 1fr;gap:.5rem;border:0;padding:.15rem 0}
.lk table.cards td::before{content:attr(data-label);color:var(--soft);font-size:.83rem}
.lk table.cards td:empty,.lk table.cards td:has(.reason:empty){display:none}
.lk table.cards td .badge{justify-self:start}
.lk .life li{grid-template-columns:1fr;padding-left:1.5rem}
.lk .life .when{text-align:left}
.lk .life .exact{display:inline}
.lk .life li::before{left:0}.lk .life li:not(:last-child)::after{left:.26rem}
}
`;
