import type { Command } from "commander";
import { type ProfileFlags, profileOption } from "./ca-options.js";
import { authorityText, statusText } from "./ca-text.js";
import { type CommandContext, sessionOf } from "./context.js";

/** `gatehouse ca show` */
export function showCommand(ca: Command, context: CommandContext): void {
  ca.command("show")
    .description("what a name stands for, with its certificate; without a name, the authority itself")
    .argument("[name]", "the name in the certificate")
    .addOption(profileOption())
    .action(async (name: string | undefined, query: ProfileFlags, command: Command) => {
      const session = sessionOf(command, context);
      if (name === undefined) {
        const authority = await session.ask((api) => api.GET("/authority"));
        session.show(authority, () => authorityText(authority));
        return;
      }
      const params = { path: { name }, query };
      const found = await session.ask((api) => api.GET("/certificates/{name}", { params }));
      session.show(found, () => statusText(found));
    });
}

/** `gatehouse ca crl` */
export function crlCommand(ca: Command, context: CommandContext): void {
  ca.command("crl")
    .description("print the revocation lists (PEM), our own first")
    .action(async (_, command: Command) => {
      const session = sessionOf(command, context);
      const crl = await session.ask((api) => api.GET("/authority/crl.pem", { parseAs: "text" }));
      session.show({ crl }, () => crl);
    });
}
