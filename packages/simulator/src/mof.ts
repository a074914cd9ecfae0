/** One `instance of` block of a MOF, string properties only; property names in lower case. */
export interface MofInstance {
  readonly className: string;
  readonly properties: Readonly<Record<string, string>>;
}

/** A module that a configuration needs; version is undefined when the instance has no ModuleVersion at all. */
export interface ModuleReference {
  readonly name: string;
  readonly version: string | undefined;
}

/**
 * @param bytes MOF file, UTF-16LE with byte order mark as Windows writes it, or UTF-8 with or without one
 * @returns its text without the mark
 */
export function decodeMof(bytes: Buffer): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) {
    return bytes.subarray(2).toString("utf16le");
  }
  return bytes.toString("utf8").replace(/^\uFEFF/, "");
}

const TOKEN = /\/\*[\s\S]*?\*\/|\/\/[^\r\n]*|"(?:[^"\\]|\\[\s\S])*"|[{}();,=]|[^\s{}();,="]+/g;

/**
 * Reads the instances of a configuration document: class names and `Property = "text";` pairs. Nested blocks, arrays and
 * other value types are skipped, as nothing here needs them.
 *
 * @param text MOF text
 * @returns top-level instances in file order; an unreadable file gives none
 */
export function parseMof(text: string): MofInstance[] {
  const tokens = (text.match(TOKEN) ?? []).filter((token) => !token.startsWith("/*") && !token.startsWith("//"));
  const instances: MofInstance[] = [];
  let className = "";
  let properties: Record<string, string> = {};
  let depth = 0;
  tokens.forEach((token, index) => {
    const previous = tokens[index - 1];
    if (depth === 0 && previous?.toLowerCase() === "of" && tokens[index - 2]?.toLowerCase() === "instance") {
      className = token;
    } else if (token === "{") {
      depth += 1;
    } else if (token === "}") {
      depth -= 1;
      if (depth === 0 && className !== "") {
        instances.push({ className, properties });
        className = "";
        properties = {};
      }
    } else if (depth === 1 && previous === "=" && token.startsWith('"')) {
      properties[(tokens[index - 2] ?? "").toLowerCase()] = token.slice(1, -1).replace(/\\([\s\S])/g, "$1");
    }
  });
  return instances;
}

/**
 * Modules to have before a configuration can be applied: every ModuleName/ModuleVersion pair of the resource instances,
 * once each, without the document block and without PSDesiredStateConfiguration, which is part of the LCM.
 *
 * @param instances result of parseMof
 */
export function moduleReferences(instances: readonly MofInstance[]): ModuleReference[] {
  const found = new Map<string, ModuleReference>();
  for (const { className, properties } of instances) {
    const name = properties["modulename"];
    if (className.toLowerCase() === "omi_configurationdocument" || name === undefined) {
      continue;
    }
    if (name.toLowerCase() !== "psdesiredstateconfiguration") {
      const version = properties["moduleversion"];
      found.set(`${name.toLowerCase()} ${version}`, { name, version });
    }
  }
  return [...found.values()];
}
