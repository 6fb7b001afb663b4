import { test as base } from "@playwright/test";
import { type Rapport, startRapport } from "./server";

export { expect } from "@playwright/test";

interface Fixtures {
  /** A server of the test's own; relative addresses in `page.goto` are its. */
  rapport: Rapport;
  /** Fails the test when a page does what none of ours may. */
  manners: void;
}

export const test = base.extend<Fixtures>({
  rapport: async ({}, use, testInfo) => {
    const rapport = await startRapport();
    await use(rapport);
    try {
      await rapport.stop();
    } finally {
      if (testInfo.status !== testInfo.expectedStatus) {
        await testInfo.attach("server.log", { body: rapport.output(), contentType: "text/plain" });
      }
    }
  },

  baseURL: async ({ rapport }, use) => {
    await use(rapport.url);
  },

  manners: [
    async ({ context, baseURL }, use) => {
      const offences: string[] = [];
      context.on("request", (request) => {
        const url = new URL(request.url());
        const own = url.origin === baseURL || ["data:", "blob:"].includes(url.protocol);
        if (!own) offences.push(`loaded from another host: ${request.url()}`);
      });
      context.on("weberror", (error) => {
        offences.push(`uncaught: ${error.error().stack ?? error.error().message}`);
      });
      context.on("console", (message) => {
        // A refused password is a 401 and an error on the console: that one is as it should be.
        if (message.type() === "error" && /Content Security Policy|panicked at/.test(message.text())) {
          offences.push(message.text());
        }
      });
      await use();
      if (offences.length > 0) throw new Error(offences.join("\n"));
    },
    { auto: true },
  ],
});
