/**
 * A message as YAML: mappings and sequences in blocks, every text in double quotes as JSON has it.
 * @param value texts, numbers, booleans, null, lists and objects of these; what is undefined is left out
 */
export function yamlOf(value: unknown): string {
  return `${lines(value, "").join("\n")}\n`;
}

/** The lines of a value that stands for itself. */
function lines(value: unknown, indent: string): string[] {
  const inner = `${indent}  `;
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((one) => {
      const [first = "", ...rest] = lines(one, inner);
      return [`${indent}- ${first.trimStart()}`, ...rest];
    });
  const fields = typeof value === "object" && value !== null && !Array.isArray(value) ? Object.entries(value) : [];
  if (fields.length === 0) return [`${indent}${JSON.stringify(value) ?? "null"}`];
  return fields.flatMap(([key, one]) => {
    if (one === undefined) return [];
    const name = `${indent}${JSON.stringify(key)}:`;
    const isBlock = typeof one === "object" && one !== null && Object.keys(one).length > 0;
    return isBlock ? [name, ...lines(one, inner)] : [`${name} ${JSON.stringify(one)}`];
  });
}
