import { anything, described, listOf, looseObject, moment, named, object, text } from "../operation/schema.js";
import { next } from "./common.js";

const SourceFacts = named(
  "SourceFacts",
  object({
    source: text({ description: "Who said it: a protocol, such as `puppet` or `dsc`." }),
    facts: described("As the agent said them.", looseObject()),
    seenAt: moment({ description: "When they were said last." }),
    changedAt: moment({ description: "When they were last others than before; volatile ones count too." }),
  }),
);

export const NodeFacts = named("NodeFacts", object({ facts: listOf(SourceFacts) }));

const Change = named(
  "Change",
  object(
    {
      at: moment({ description: "When what says so was accepted." }),
      subject: text({ description: "Of what: `facts`." }),
      source: text({ description: "Who said it: a protocol, such as `puppet`." }),
      path: text({
        description:
          "Its parts joined by dots. Empty: there were more changes at once than are kept, and `after` has how many.",
      }),
    },
    {
      before: described(
        "Left out: it was not there. A text that ends in `…` is the beginning of its JSON.",
        anything(),
      ),
      after: described("Left out: it is gone.", anything()),
    },
  ),
);

export const ChangePage = named("ChangePage", object({ changes: listOf(Change), next }));
