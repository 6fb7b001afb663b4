import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { expectAccessible } from "../support/accessibility";
import { column, importFile, setUp, sortBy, table } from "../support/app";
import { screenshot, screenshotBothSchemes } from "../support/screenshot";
import { expect, test } from "../support/test";

const SAMPLE = fileURLToPath(new URL("../../crates/worker/tests/data/import-contacts-sample.csv", import.meta.url));

/** What is missing comes last whichever way it is sorted. */
function expectSorted(texts: string[], compare: (a: string, b: string) => number): void {
  const present = texts.filter((text) => text !== "");
  expect(texts.slice(0, present.length), "missing values last").toEqual(present);
  expect(present).toEqual([...present].sort(compare));
}

const alphabetically = (a: string, b: string) => (a.toLowerCase() < b.toLowerCase() ? -1 : a.toLowerCase() > b.toLowerCase() ? 1 : 0);
const numerically = (a: string, b: string) => Number(a.replace("+", "")) - Number(b.replace("+", ""));

test("from nothing to a list that is still there: set up, import, sort, search, add, reload", async ({ page, rapport }) => {
  await setUp(page, rapport);
  await expect(page.getByText("No contacts yet")).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "contacts-empty");

  const dialog = await importFile(page, SAMPLE);
  for (const [what, count] of [["Created", 25], ["Updated", 0], ["Unchanged", 0], ["Rejected", 0], ["Warnings", 22]] as const) {
    await expect(dialog.getByText(what, { exact: true }).locator("..")).toContainText(String(count));
  }
  await expect(dialog.getByText("Another contact has this phone; the rest of the row was kept.").first()).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "import-done");
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(page.getByText("25 contacts")).toBeVisible();
  await expect(table(page).locator(".row:not(.row-skeleton)")).not.toHaveCount(0);

  await sortBy(page, "Name", "ascending");
  expectSorted(await column(page, "name"), alphabetically);
  await screenshotBothSchemes(page, "contacts");
  await sortBy(page, "Name", "descending");
  expectSorted(await column(page, "name"), (a, b) => alphabetically(b, a));
  await sortBy(page, "E-mail", "ascending");
  const emails = await column(page, "email");
  expectSorted(emails, alphabetically);
  expect(emails[0]).toBe("abellardo@cnn.com");
  await sortBy(page, "Phone", "ascending");
  const phones = await column(page, "phone");
  expectSorted(phones, numerically);
  expect(phones.slice(0, 4)).toEqual(["+15417543010", "+15417543011", "+498963648018", ""]);
  await sortBy(page, "Phone", "descending");
  expectSorted(await column(page, "phone"), (a, b) => numerically(b, a));
  for (const header of ["Company", "City", "Country", "Last activity", "Created"]) {
    await sortBy(page, header, "ascending");
    await sortBy(page, header, "descending");
    await expect(page).toHaveURL(/sort=-|contacts$/);
  }
  await expectAccessible(page);

  // Back goes to the order before, and the address holds it.
  await page.goBack();
  await expect(table(page).getByRole("columnheader", { name: "Created" })).toHaveAttribute("aria-sort", "ascending");

  const search = page.getByRole("searchbox", { name: "Search contacts" });
  await search.fill("linn");
  await expect(page.getByText("1 contact", { exact: true })).toBeVisible();
  expect(await column(page, "name")).toEqual(["Zed Linn"]);
  await expect(page).toHaveURL(/q=linn/);
  await search.fill("nobody is called so");
  await expect(page.getByText("No matches")).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, "contacts-no-match");
  await search.fill("");
  await expect(page.getByText("25 contacts")).toBeVisible();

  await page.getByRole("button", { name: "Add contact" }).click();
  const add = page.getByRole("dialog", { name: "Add contact" });
  await add.getByRole("button", { name: "Add contact" }).click();
  await expect(add.getByText("This is needed.").first()).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "add-contact");
  await add.getByLabel("First name").fill("Ana");
  await add.getByLabel("Last name").fill("Núñez");
  await add.getByLabel("E-mail").fill("cuzzell0@Mozilla.org");
  await add.getByLabel("Phone").fill("55 1234 5678");
  await add.getByLabel("Country").selectOption("MX");
  await add.getByRole("button", { name: "Add contact" }).click();
  await expect(add.getByText(/Clarice Uzzell has this already/)).toBeVisible();
  await screenshot(page, "add-contact-conflict");
  await add.getByLabel("E-mail").fill("ana@example.com");
  await add.getByLabel("E-mail").press("Enter");
  await expect(add).toBeHidden();
  await expect(page.getByText("26 contacts")).toBeVisible();

  await page.reload();
  await expect(page.getByText("26 contacts")).toBeVisible();
  await search.fill("núñez");
  await expect(page.getByText("1 contact", { exact: true })).toBeVisible();
  await expect(table(page).getByRole("link", { name: "Ana Núñez" })).toBeVisible();
  expect(await column(page, "phone")).toEqual(["+525512345678"]);
  expect(await column(page, "source")).toEqual(["Manual"]);
  expect(await column(page, "country")).toEqual(["Mexico"]);
});

test("a contact's page: read, edit a field, delete and take it back", async ({ page, rapport }) => {
  await setUp(page, rapport, { samples: true });
  await expect(page.getByText("200 contacts")).toBeVisible();
  await sortBy(page, "Name", "ascending");
  await screenshotBothSchemes(page, "contacts-samples");
  const first = table(page).locator("[aria-rowindex='2']");
  const name = (await first.locator(".cell-link").textContent())?.trim() ?? "";
  await first.locator(".cell-link").click();
  await expect(page.getByRole("heading", { level: 1, name })).toBeVisible();
  await expectAccessible(page);
  await screenshotBothSchemes(page, "contact");
  await page.getByRole("button", { name: "Edit City" }).click();
  await page.getByLabel("City", { exact: true }).fill("Mérida");
  await page.getByLabel("City", { exact: true }).press("Enter");
  await expect(page.getByText("City was saved.")).toBeVisible();
  await page.reload();
  await expect(page.getByText("Mérida")).toBeVisible();

  await page.getByRole("button", { name: "Delete contact" }).click();
  await expect(page.getByText(`${name} was deleted.`)).toBeVisible();
  await expect(page.getByText("199 contacts")).toBeVisible();
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(page.getByText("200 contacts")).toBeVisible();
});

test("a file that cannot be used says why and where", async ({ page, rapport }) => {
  await setUp(page, rapport);
  await page.getByRole("button", { name: "Import", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog.locator("input[type=file]").setInputFiles({
    name: "broken.csv",
    mimeType: "text/csv",
    buffer: Buffer.from('name,email\nAna,ana@example.com\n"Bea,bea@example.com\nCarla,carla@example.com\n'),
  });
  await expect(dialog.getByText(/Line 3: A quotation mark is opened here and never closed/)).toBeVisible();
  await expect(dialog.getByText("No contact was changed.")).toBeVisible();
  await expectAccessible(page);
  await screenshot(page, "import-failed");
  await dialog.getByRole("button", { name: "Choose another file" }).click();
  await dialog.locator("input[type=file]").setInputFiles({
    name: "half.csv",
    mimeType: "text/csv",
    buffer: Buffer.from("name,email\nAna,ana@example.com\nBea,bea@example.com,moved,cells\n"),
  });
  await expect(dialog.getByText(/ is imported$/)).toBeVisible();
  const download = page.waitForEvent("download");
  await dialog.getByRole("button", { name: "Download rejected rows" }).click();
  const file = await download;
  const text = await readFile(await file.path(), "utf8");
  expect(text.split(/\r?\n/)).toEqual([
    "\ufeffrapport_line,rapport_reason,name,email",
    "3,too_many_cells,Bea,bea@example.com,moved,cells",
    "",
  ]);
});

test("text from outside is only ever text", async ({ page, rapport }) => {
  await setUp(page, rapport);
  await page.getByRole("button", { name: "Import", exact: true }).first().click();
  const dialog = page.getByRole("dialog");
  const script = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>";
  await dialog.locator("input[type=file]").setInputFiles({
    name: "<b>bold</b>.csv",
    mimeType: "text/csv",
    buffer: Buffer.from(`name,email\n"${script.replaceAll('"', '""')}",x@example.com\n`),
  });
  await expect(dialog.getByText(/ is imported$/)).toBeVisible();
  await dialog.getByRole("button", { name: "Done" }).click();
  await expect(table(page).getByText(script)).toBeVisible();
  expect(await page.title()).not.toContain("hacked");
});
