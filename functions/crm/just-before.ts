/**
 * The second before a time, for filters that take what lies after theirs and know whole seconds alone: changes of
 * the very second that is asked for would be left out.
 * @param iso ISO time
 */
export const justBefore = (iso: string): string => new Date(Date.parse(iso) - 1000).toISOString();
