/** Something that an operator should know of an authority's folder. */
export interface Finding {
  /** An error keeps the authority from being taken over; a warning means that something is left out or wrong. */
  readonly level: "error" | "warning" | "note";
  readonly file: string;
  readonly text: string;
}

/** Collects findings; many of one kind become one. */
export class Findings {
  readonly #all: Finding[] = [];
  readonly #counted = new Map<string, { level: Finding["level"]; text: string; files: string[] }>();

  add(level: Finding["level"], file: string, text: string): void {
    this.#all.push({ level, file, text });
  }

  /** For what may be wrong with thousands of files. */
  count(level: Finding["level"], file: string, text: string): void {
    const key = `${level} ${text}`;
    const counted = this.#counted.get(key) ?? { level, text, files: [] };
    counted.files.push(file);
    this.#counted.set(key, counted);
  }

  get failed(): boolean {
    return this.list().some(({ level }) => level === "error");
  }

  list(): Finding[] {
    const counted = [...this.#counted.values()].map(({ level, text, files }): Finding => {
      const [first = ""] = files;
      return { level, file: first, text: files.length === 1 ? text : `${text} (and ${files.length - 1} more)` };
    });
    return [...this.#all, ...counted];
  }
}
