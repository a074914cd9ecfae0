/** How far behind the highest number a message may come: as many bits are kept. */
const WINDOW = 64;

/**
 * SQL that tells whether a message's number is new to a key, and notes it. Columns of the key: `highest`, the highest number
 * that came (-1 before the first), and `seen`, a bit(64) whose bit i from the left stands for the number i + 1 below it.
 * @param number the placeholder of a bigint
 */
export function numberSql(number: string) {
  const ahead = `(${number} - highest)`;
  const behind = `(highest - ${number})`;
  const isHigher = `${number} > highest`;
  return {
    /** `case`, and no `or`: the order in which those are evaluated is not certain, and a bit that is not there is an error. */
    isNew: `case when ${isHigher} then true
                 when ${behind} = 0 or ${behind} > ${WINDOW} then false
                 else get_bit(seen, (${behind} - 1)::int) = 0 end`,
    highest: `greatest(highest, ${number})`,
    /** What was the highest is one of those below it from then on. */
    seen: `case when ${isHigher} and ${ahead} > ${WINDOW} then b'0'::bit(${WINDOW})
                when ${isHigher} then set_bit(seen >> ${ahead}::int, (${ahead} - 1)::int, 1)
                else set_bit(seen, (${behind} - 1)::int, 1) end`,
  };
}
