// What people do with incidents, by the words on the page.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Person } from "./person.ts";

/** A title that no other test uses. */
export function unique(title: string): string {
  return `${title} ${crypto.randomUUID().slice(0, 8)}`;
}

type Declaration = { title: string; severity?: string; summary?: string; restricted?: boolean };

/** Declares an incident through the form; afterwards its page is open. Gives its number, such as INC-7. */
export async function declare(person: Person, incident: Declaration): Promise<string> {
  const { page } = person;
  await person.open("/incidents/new");
  await page.getByLabel("Title", { exact: true }).fill(incident.title);
  await page.getByLabel("Severity", { exact: true }).selectOption(incident.severity ?? "SEV3");
  if (incident.summary) await page.getByLabel("Summary", { exact: true }).fill(incident.summary);
  if (incident.restricted) await page.getByLabel("Who may see it").selectOption("restricted");
  await declareButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: incident.title })).toBeVisible();
  await expect(page).toHaveURL(/\/incidents\/INC-\d+$/);
  await person.hydrated();
  return page.url().split("/").pop()!;
}

export function declareButton(page: Page): Locator {
  return page.getByRole("button", { name: "Declare", exact: true });
}

/** Presses the button of a step that needs no more than that. */
export async function step(page: Page, words: string): Promise<void> {
  await page.getByRole("region", { name: "Actions" }).getByRole("button", { name: words, exact: true }).click();
}

/** The incident stands here now. */
export async function stands(page: Page, status: string): Promise<void> {
  const progress = page.getByRole("list", { name: "Progress" });
  await expect(progress.locator("[aria-current=step]")).toHaveText(`now: ${status}`);
}

/** Where a note is written. */
export function noteField(page: Page): Locator {
  return page.getByLabel("Note", { exact: true });
}

/** A page of an incident of its own, with a note in the middle of being written. */
export async function writing(person: Person, text: string): Promise<void> {
  await declare(person, { title: unique("In the middle of writing") });
  await noteField(person.page).fill(text);
}

/** Writes a note; `shown` is a part of it that Markdown leaves as it is. */
export async function note(page: Page, text: string, shown = text): Promise<void> {
  await noteField(page).fill(text);
  await page.getByRole("button", { name: "Add note" }).click();
  await expect(timeline(page).filter({ hasText: shown })).toHaveCount(1);
}

/** The entries, in the order shown. */
export function timeline(page: Page): Locator {
  return page.getByRole("region", { name: "Timeline" }).locator("ol > li");
}

/** The rows of the list. */
export function rows(page: Page): Locator {
  return page.locator("table.incidents tbody tr");
}
