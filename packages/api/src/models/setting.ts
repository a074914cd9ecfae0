import { anything, boolean, described, integer, listOf, named, object, text } from "../operation/schema.js";

const Source = named("SettingSource", object({ by: text({ description: "`hand` or `group`." }) }, { group: text() }));

export const SettingExplanation = named(
  "SettingExplanation",
  object({
    setting: text(),
    value: described("What the node gets.", anything()),
    from: listOf(Source, { description: "Who gave it, in order of precedence." }),
    considered: listOf(
      object({
        source: Source,
        value: anything(),
        used: boolean({ description: "True where it, or a part of it, is in the result." }),
        because: text(),
      }),
      { description: "All that was there, the winner first." },
    ),
    conflicts: listOf(
      object({
        setting: text(),
        path: listOf(text(), { description: "Keys that lead to the place in the value." }),
        groups: listOf(text(), { description: "Two groups of one priority." }),
      }),
      { description: "Where groups of one priority give different values, for settings that refuse this." },
    ),
  }),
);

export const GroupExplanation = named(
  "GroupExplanation",
  object({ group: text(), priority: integer(), matches: boolean(), because: text() }),
);
