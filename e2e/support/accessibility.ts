import AxeBuilder from "@axe-core/playwright";
import { type Page, expect } from "@playwright/test";

/** Fails when axe finds something serious or critical on the page as it is now. */
export async function expectAccessible(page: Page): Promise<void> {
  await settled(page);
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const grave = violations
    .filter((it) => it.impact === "serious" || it.impact === "critical")
    .map((it) => ({
      rule: it.id,
      help: it.help,
      where: it.nodes.map((node) => `${node.target.join(" ")}: ${node.failureSummary ?? ""}`),
    }));
  expect(grave, `axe, on ${page.url()}`).toEqual([]);
}

/** Waits until no colour is on its way to another: halfway, a text can have the contrast of neither. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
    await frame();
    await frame();
    const ending = document.getAnimations().filter((it) => it.effect?.getTiming().iterations !== Infinity);
    await Promise.all(ending.map((it) => it.finished.catch(() => undefined)));
  });
}
