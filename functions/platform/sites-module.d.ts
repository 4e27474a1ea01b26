/** The checked sites of latchkey.config.ts, put into each function's bundle at synth (lib/bundle). */
declare module '#sites' {
  const sites: import('./config.ts').Site[];
  export default sites;
}
