// The list: tabs, filters, order, paging. All of it is links and one plain form.
import { viewer } from "../support/accounts.ts";
import { rows } from "../support/incidents.ts";
import type { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

const TABS = {
  Active: /^(Triage|Investigating|Identified|Monitoring)$/,
  Triage: /^Triage$/,
  Resolved: /^Resolved$/,
  Done: /^(Closed|Declined|Cancelled|Merged)$/,
  All: /./,
};

/** A choice takes effect at once where scripts run, and with the button where they do not. */
async function choose(person: Person, label: string, value: string): Promise<void> {
  await person.page.getByLabel(label, { exact: true }).selectOption(value);
  if (!person.scripted) await person.page.getByRole("button", { name: "Apply" }).click();
}

async function numbers(person: Person): Promise<number[]> {
  const links = await rows(person.page).locator(".c-number a").allTextContents();
  return links.map((link) => Number(link.replace("INC-", "")));
}

test("each tab shows the states it is named after", async ({ person }) => {
  const { page } = person;
  await person.signIn(viewer);
  for (const [tab, statuses] of Object.entries(TABS)) {
    await page.getByRole("navigation", { name: "Incidents by state" }).getByRole("link", { name: tab }).click();
    await expect(page.getByRole("link", { name: tab, exact: true })).toHaveAttribute("aria-current", "page");
    const others = rows(page).locator(".status").filter({ hasNotText: statuses });
    await expect(others).toHaveCount(0);
    await expect(page.locator("table.incidents caption, .empty")).toContainText(/\S/);
  }
  await expect(rows(page)).toHaveCount(25);
});

test("the severity filter stays on from tab to tab", async ({ person }) => {
  const { page } = person;
  await person.signIn(viewer, "/incidents?tab=done");
  await choose(person, "Severity", "SEV2");
  await expect(page).toHaveURL(/tab=done/);
  await expect(page).toHaveURL(/severity=SEV2/);
  await expect(rows(page).locator(".severity").filter({ hasNotText: "SEV2" })).toHaveCount(0);
  await expect(rows(page)).not.toHaveCount(0);
  await page.getByRole("link", { name: "All", exact: true }).click();
  await expect(page).toHaveURL(/severity=SEV2/);
  await expect(page.getByLabel("Severity", { exact: true })).toHaveValue("SEV2");
  await expect(rows(page).locator(".severity").filter({ hasNotText: "SEV2" })).toHaveCount(0);
});

test("the order is the one that was chosen", async ({ person }) => {
  const { page } = person;
  await person.signIn(viewer, "/incidents?tab=all");
  await choose(person, "Order by", "number");
  await expect
    .poll(async () => {
      const shown = await numbers(person);
      return shown.length > 1 && shown.every((number, at) => at === 0 || number < shown[at - 1]!);
    })
    .toBe(true);
  await choose(person, "Order by", "severity");
  await expect
    .poll(async () => {
      const shown = (await rows(page).locator(".severity").allTextContents()).map((text) => text.slice(-4));
      return shown.length > 1 && shown[0] === "SEV1" && shown.every((key, at) => at === 0 || key >= shown[at - 1]!);
    })
    .toBe(true);
});

test("the pages together show every incident once", async ({ person }) => {
  const { page } = person;
  await person.signIn(viewer, "/incidents?tab=all&sort=number&size=100");
  const seen: number[] = [];
  for (;;) {
    await expect(rows(page)).not.toHaveCount(0);
    seen.push(...(await numbers(person)));
    const next = page.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) break;
    await next.click();
    // The rows change after the address; only then is the next link another one.
    await expect(rows(page).filter({ hasText: new RegExp(`INC-${seen.at(-1)}(?!\\d)`) })).toHaveCount(0);
  }
  expect(seen.length).toBeGreaterThanOrEqual(500);
  expect(seen.at(-1)).toBe(1);
  expect([...new Set(seen)].sort((a, b) => b - a)).toEqual(seen);

  await page.getByRole("link", { name: "First page" }).click();
  await expect(page.getByRole("link", { name: `INC-${seen[0]} ` })).toBeVisible();
});

test("a word in the address that means nothing is named", async ({ person }) => {
  person.guard.expect(422);
  await person.signIn(viewer, "/incidents?sort=sideways");
  await expect(person.page.getByRole("main")).toContainText(
    "“sort” must be one of updated, declared, severity, number",
  );
});
