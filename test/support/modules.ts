type All<Union> = (Union extends unknown ? (each: Union) => void : never) extends (all: infer All) => void
  ? All
  : never;

/** What several modules export, as one. Modules of functions/ are imported after their table or cloud has started. */
export async function together<Modules extends readonly object[]>(
  ...imports: { [Index in keyof Modules]: Promise<Modules[Index]> }
): Promise<All<Modules[number]>> {
  return Object.assign({}, ...(await Promise.all(imports)));
}
