import type { Group, GroupChecks, SettingDefinition } from "@gatehouse/core/groups";

const definition = (name: string, merge: SettingDefinition["merge"]): SettingDefinition => ({
  name,
  protocol: "test",
  description: "A setting.",
  schema: {},
  merge,
});

/** Checks that know four settings, of which none may be a number. */
export const testChecks: GroupChecks = {
  definitions: [
    definition("x.names", "replace"),
    definition("x.list", "union"),
    definition("x.tree", "deep"),
    { ...definition("x.agreed", "deep"), refusesConflicts: true },
  ],
  checkValue: (_, value) => (typeof value === "number" ? [{ path: "", message: "It is a number." }] : []),
};

export const groupOf = (name: string, said: Partial<Group> = {}): Group => ({
  name,
  rule: { everything: true },
  settings: {},
  ...said,
});
