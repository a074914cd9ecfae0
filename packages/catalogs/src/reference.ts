/** A resource by type and title, as Puppet writes it: `File[/etc/motd]`. */
export interface Reference {
  readonly type: string;
  readonly title: string;
}

/** Each part of a type begins with a capital: `Ssh_authorized_key`, `Apache::Vhost`. */
const FORM = /^([A-Z][a-z0-9_]*(?:::[A-Z][a-z0-9_]*)*)\[([^\r\n]{1,1000})\]$/u;

/** For JSON Schema. */
export const REFERENCE_PATTERN = FORM.source;

/** @returns undefined for what is no reference */
export function parseReference(text: string): Reference | undefined {
  const [, type, title] = FORM.exec(text) ?? [];
  return type === undefined || title === undefined ? undefined : { type, title };
}

export const referenceTo = ({ type, title }: Reference): string => `${type}[${title}]`;
