/** Labels that one node may have. */
export const MOST_LABELS = 64;
