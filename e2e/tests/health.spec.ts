import { expectAccessible } from "../support/accessibility";
import { screenshotBothSchemes } from "../support/screenshot";
import { expect, test } from "../support/test";

test("the app starts and says so", async ({ page, rapport, request }) => {
  expect((await request.get("/healthz")).status()).toBe(200);
  expect((await request.get("/readyz")).status()).toBe(200);
  const answer = await page.goto("/");
  expect(answer?.status()).toBe(200);
  // Only the app writes a heading: the page alone has none.
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "start");
  expect(rapport.setupCode).not.toBe("");
});
