// What every page must pass: axe, no sideways scrolling, and a picture for people to look at.
import { join } from "node:path";
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import type { Person } from "./person.ts";

export const artefacts = join(import.meta.dirname, "..", "artefacts");

const TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"];

/** Looks at a page as it is now, and keeps a picture under this name. */
export async function inspect({ page, scripted }: Person, name: string, scheme: string): Promise<void> {
  const width = page.viewportSize()!.width;
  const picture = [name, scheme, width, ...(scripted ? [] : ["no-script"])].join("-");
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: join(artefacts, `${picture}.png`), fullPage: true });
  await fits(page, picture);
  // axe waits on timers, which do not run where scripts are off; the markup is the same with them on.
  if (!scripted) return;
  await axe(page, picture);
}

/** What axe finds on a page as it is now, or in a part of it. */
export async function axe(page: Page, what: string, part?: string): Promise<void> {
  const builder = new AxeBuilder({ page }).withTags(TAGS);
  const { violations } = await (part ? builder.include(part) : builder).analyze();
  const found = violations.map(({ id, help, nodes }) => `${id}: ${help}\n${nodes.map((node) => node.html).join("\n")}`);
  expect.soft(found, `axe on ${what}`).toEqual([]);
}

/** Nothing sticks out at the side (WCAG 2.2, 1.4.10). */
export async function fits(page: Page, what: string): Promise<void> {
  const [content, window] = await page.evaluate(() => [
    document.documentElement.scrollWidth,
    document.documentElement.clientWidth,
  ]);
  expect.soft(content, `width of ${what}`).toBeLessThanOrEqual(window!);
}

/** The same for a page that only a long journey leads to, at both widths, in light and dark. */
export async function inspectAll(person: Person, name: string): Promise<void> {
  const { page } = person;
  const before = page.viewportSize()!;
  for (const size of [before, { width: 390, height: 844 }]) {
    await page.setViewportSize(size);
    for (const scheme of ["light", "dark"] as const) {
      // Without motion: a colour on its way to another is no colour of ours.
      await page.emulateMedia({ colorScheme: scheme, reducedMotion: "reduce" });
      await inspect(person, name, scheme);
    }
  }
  await page.emulateMedia({ colorScheme: null, reducedMotion: null });
  await page.setViewportSize(before);
}
