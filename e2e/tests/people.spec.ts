import { expectAccessible } from "../support/accessibility";
import { OWNER, setUp, signIn, table } from "../support/app";
import { screenshot, screenshotBothSchemes } from "../support/screenshot";
import { expect, test } from "../support/test";

test("set-up explains what is wrong, works once, and the session survives a reload", async ({ page, rapport }) => {
  await page.goto("/");
  await expect(page).toHaveURL(/\/setup/);
  await page.goto(rapport.setupUrl);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByText("This is needed.").first()).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "setup");
  expect(page.url(), "the code is not left in the address").not.toContain(rapport.setupCode);

  await setUp(page, rapport);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
  await page.goto("/setup");
  await expect(page).not.toHaveURL(/\/setup/);
});

test("signing out and in, with a wrong password between", async ({ page, rapport }) => {
  await setUp(page, rapport);
  await page.getByRole("button", { name: /Sign out/ }).click();
  await expect(page).toHaveURL(/\/login/);
  await expectAccessible(page);
  await screenshotBothSchemes(page, "login");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill("not the password");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByText("The e-mail or the password is wrong.")).toBeVisible();
  await signIn(page);
});

test("somebody is invited by a link, and sees what the role allows", async ({ page, rapport, browser }) => {
  await setUp(page, rapport, { samples: true });
  await page.goto("/settings/members");
  await expectAccessible(page);
  await page.getByLabel("Role").last().selectOption("viewer");
  await page.getByRole("button", { name: "Make a link", exact: true }).click();
  const link = page.locator("input[readonly], .link-text").first();
  await expect(link).toBeVisible();
  await screenshotBothSchemes(page, "members");
  const url = (await link.inputValue().catch(() => link.textContent())) ?? "";
  expect(url).toContain("/join#token=");

  const other = await browser.newContext({ locale: "en-US" });
  const guest = await other.newPage();
  await guest.goto(url);
  await expect(guest.getByRole("heading", { name: "Join Ágora" })).toBeVisible();
  await expectAccessible(guest);
  await screenshot(guest, "join");
  await guest.getByLabel("Your name").fill("Vera Viewer");
  await guest.getByLabel("E-mail").fill("vera@example.com");
  await guest.getByLabel("Password", { exact: true }).fill("another good password");
  await guest.getByRole("button", { name: "Join" }).click();
  await expect(table(guest)).toBeVisible();
  await expect(guest.getByRole("button", { name: "Add contact" })).toHaveCount(0);
  await other.close();
});

for (const [path, name] of [
  ["/settings/profile", "settings-profile"],
  ["/settings/account", "settings-account"],
  ["/settings/imports", "settings-imports"],
  ["/nothing/here", "not-found"],
] as const) {
  test(`nothing serious is found by axe on ${path}`, async ({ page, rapport }) => {
    await setUp(page, rapport);
    await page.goto(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expectAccessible(page);
    await screenshotBothSchemes(page, name);
    await page.emulateMedia({ colorScheme: "dark" });
    await expectAccessible(page);
  });
}

for (const [tag, heading] of [["es-MX", "Contactos"], ["zh-CN", "联系人"]] as const) {
  test.describe(`in ${tag}`, () => {
    test.use({ locale: tag });
    test("the app speaks the browser's language from the first page on", async ({ page, rapport }) => {
      await page.goto(rapport.setupUrl);
      await expect(page.locator("html")).toHaveAttribute("lang", new RegExp(`^${tag.slice(0, 2)}`));
      await screenshot(page, `setup-${tag}`);
      const inputs = page.locator("form input:not([type=checkbox])");
      await inputs.nth(0).fill("Ágora");
      await inputs.nth(1).fill(OWNER.name);
      await page.locator("input[type=email]").fill(OWNER.email);
      await page.locator("input[type=password]").fill(OWNER.password);
      await page.locator("form button[type=submit]").click();
      await expect(page.getByRole("heading", { level: 1, name: heading })).toBeVisible();
      await expect(page.locator(".row:not(.row-skeleton)").first()).toBeVisible();
      await expectAccessible(page);
      await screenshot(page, `contacts-${tag}`);
    });
  });
}

test.describe("on a narrow screen", () => {
  test.use({ viewport: { width: 360, height: 740 } });
  test("contacts and settings can be used", async ({ page, rapport }) => {
    await setUp(page, rapport, { samples: true });
    await expect(table(page).locator(".row").first()).toBeVisible();
    await expectAccessible(page);
    await screenshot(page, "contacts-narrow");
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(360);
    await page.goto("/settings/profile");
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await screenshot(page, "settings-narrow");
  });
});
