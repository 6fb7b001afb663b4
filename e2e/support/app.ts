import { type Locator, type Page, expect } from "@playwright/test";
import type { Rapport } from "./server";

/** The owner whom `setUp` makes. */
export const OWNER = {
  name: "Olga Owner",
  email: "olga@example.com",
  password: "correct horse battery staple",
};

/** Goes through the first run as a person does, by the link that the server printed; ends on the contacts page. */
export async function setUp(page: Page, rapport: Rapport, options: { samples?: boolean } = {}): Promise<void> {
  await page.goto(rapport.setupUrl);
  await page.getByLabel("Name of the organisation").fill("Ágora");
  await page.getByLabel("Default country").selectOption("MX");
  await page.getByLabel("Your name").fill(OWNER.name);
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByLabel(/sample contacts/).setChecked(options.samples ?? false);
  await page.getByRole("button", { name: "Create account" }).click();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
}

/** Signs in as the owner, from wherever the page is. */
export async function signIn(page: Page): Promise<void> {
  await page.goto("/login");
  await page.getByLabel("E-mail").fill(OWNER.email);
  await page.getByLabel("Password", { exact: true }).fill(OWNER.password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Contacts", level: 1 })).toBeVisible();
}

/** The table of contacts. */
export function table(page: Page): Locator {
  return page.getByRole("grid", { name: "Contacts" });
}

/** The texts of one column, from the top of the table as far as rows are drawn. */
export async function column(page: Page, id: string): Promise<string[]> {
  const rows = table(page).locator(".row:not(.row-skeleton)");
  const cells = await rows.evaluateAll((elements, name) => {
    const placed = elements.map((element) => ({
      at: Number(element.getAttribute("aria-rowindex")),
      // A name's cell also holds the initials.
      text: element.querySelector(name === "name" ? ".cell-link" : `.cell-${name}`)?.textContent?.trim() ?? "",
    }));
    return placed.sort((a, b) => a.at - b.at).map(({ text }) => text);
  }, id);
  return cells;
}

/** Sorts by a click on a column's header, and waits until the table has settled. */
export async function sortBy(page: Page, header: string, direction: "ascending" | "descending"): Promise<void> {
  const cell = table(page).getByRole("columnheader", { name: header });
  for (let clicks = 0; clicks < 2; clicks++) {
    if ((await cell.getAttribute("aria-sort")) === direction) break;
    await cell.getByRole("button").click();
    await expect(cell).not.toHaveAttribute("aria-sort", "none");
  }
  await expect(cell).toHaveAttribute("aria-sort", direction);
  await expect(table(page)).toHaveAttribute("aria-busy", "false");
}

/** Imports a file through the dialog, and waits for its result. */
export async function importFile(page: Page, path: string): Promise<Locator> {
  await page.getByRole("button", { name: "Import", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=file]").setInputFiles(path);
  await expect(dialog.getByText(/ is imported$/)).toBeVisible({ timeout: 30_000 });
  return dialog;
}
