// Finding a colleague to name: the combobox, and each way in which it can come to nothing.
import type { Locator, Page } from "@playwright/test";
import { admin, manager } from "../support/accounts.ts";
import { declareButton, unique } from "../support/incidents.ts";
import { inspectAll } from "../support/inspect.ts";
import type { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

const field = (page: Page) => page.getByRole("combobox", { name: "Find a colleague" });
const options = (page: Page) => page.getByRole("listbox", { name: "Colleagues" }).getByRole("option");
const option = (page: Page, name: string) => options(page).filter({ hasText: name });
const came = (page: Page) => page.locator(".find").getByRole("status");
const ticked = (page: Page, name: string): Locator => page.getByRole("checkbox", { name });

/** Goes through the page that asks for the permission, if it is still to be given; the tab behind stays as it is. */
async function allow(person: Person): Promise<void> {
  const { page } = person;
  await field(page).fill("novak");
  const link = page.getByRole("link", { name: "Give permission" });
  await expect(link.or(option(page, "Amina Novakova")).first()).toBeVisible();
  if (!(await link.isVisible())) return;
  const [tab] = await Promise.all([page.waitForEvent("popup"), link.click()]);
  await tab.getByRole("button", { name: "Accept" }).click();
  await expect(tab).toHaveURL(page.url());
  await tab.close();
  await field(page).fill("");
  await field(page).fill("novak");
}

/** The search as if the server had answered this. */
async function answered(page: Page, answer: object): Promise<void> {
  await page.route("**/sfn/people/search*", (route) => route.fulfill({ json: answer }));
}

test("a permission is asked for in another tab, and nothing that was typed is lost", async ({ person }) => {
  const { page } = person;
  const title = unique("Typed before");
  await person.signIn(manager, "/incidents/new");
  await page.getByLabel("Title", { exact: true }).fill(title);
  await field(page).fill("novak");
  await expect(page.getByRole("link", { name: "Give permission" })).toBeVisible();
  await inspectAll(person, "people-consent");
  await allow(person);
  await option(page, "Amina Novakova").click();
  await expect(came(page)).toHaveText("Amina Novakova is on the list.");
  await expect(ticked(page, "Amina Novakova")).toBeChecked();
  await expect(field(page)).toBeFocused();
  await expect(page.getByLabel("Title", { exact: true })).toHaveValue(title);
  await page.getByLabel("Severity", { exact: true }).selectOption("SEV3");
  await page.getByLabel("Who may see it").selectOption("restricted");
  await declareButton(page).click();
  await expect(page.getByRole("heading", { level: 1, name: title })).toBeVisible();
  await page.getByRole("link", { name: "Edit" }).first().click();
  await expect(ticked(page, "Amina Novakova")).toBeChecked();
});

test("somebody is found, chosen and put on the list by keyboard alone", async ({ person }) => {
  const { page } = person;
  await person.signIn(admin, "/incidents/new");
  await allow(person);
  await field(page).focus();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await expect(field(page)).toHaveValue("");
  await page.keyboard.type("am");
  await expect(came(page)).toContainText("people found");
  await expect(field(page)).toHaveAttribute("aria-expanded", "true");
  await inspectAll(person, "people-found");
  await page.keyboard.press("ArrowDown");
  const first = options(page).first();
  await expect(first).toHaveAttribute("aria-selected", "true");
  await expect(field(page)).toHaveAttribute("aria-activedescendant", (await first.getAttribute("id"))!);
  await page.keyboard.press("ArrowUp");
  await expect(options(page).last()).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Escape");
  await expect(field(page)).toHaveAttribute("aria-expanded", "false");
  await expect(field(page)).toHaveValue("am");
  await page.keyboard.press("ArrowDown");
  const name = (await first.locator(".name").textContent())!;
  await page.keyboard.press("Enter");
  await expect(came(page)).toHaveText(`${name} is on the list.`);
  await expect(ticked(page, name)).toBeChecked();
  // Enter in the field never sends the form.
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { level: 1, name: "Declare an incident" })).toBeVisible();
  await expect(page.getByRole("alert")).toHaveCount(0);
});

test("each way in which nobody comes of it has its words", async ({ person }) => {
  const { page } = person;
  await person.signIn(manager, "/incidents/new");
  await answered(page, { people: [], beyond: "Searched" });
  await field(page).fill("zzz");
  await expect(came(page)).toHaveText("Nobody found.");
  await page.unroute("**/sfn/people/search*");
  await answered(page, { people: [], beyond: "Unavailable" });
  await field(page).fill("zzzz");
  await expect(came(page)).toContainText("does not answer just now");
  await inspectAll(person, "people-unavailable");
  await page.unroute("**/sfn/people/search*");
  await page.route("**/sfn/people/search*", (route) => route.fulfill({ status: 503, json: "Unavailable" }));
  person.guard.expect(503);
  await field(page).fill("zzzzz");
  await expect(came(page)).toContainText("try again in a moment");
});

test("while somebody types nobody is looked for, and a late answer is none", async ({ person }) => {
  const { page } = person;
  // How fast a key follows the other is the test's to say, not the machine's.
  await page.clock.install();
  await person.signIn(manager, "/incidents/new");
  const asked: string[] = [];
  let late: () => void = () => {};
  const waits = new Promise<void>((resolve) => (late = resolve));
  await page.route("**/sfn/people/search*", async (route) => {
    const { query } = route.request().postDataJSON() as { query: string };
    asked.push(query);
    if (query === "am") await waits;
    await route.fulfill({ json: { people: [], beyond: query === "am" ? "Unavailable" : "Searched" } });
  });
  await page.clock.pauseAt(Date.now() + 3_600_000);
  await field(page).pressSequentially("am");
  expect(asked).toEqual([]);
  await page.clock.runFor(1_000);
  await expect.poll(() => asked).toEqual(["am"]);
  await field(page).pressSequentially("ina");
  await page.clock.runFor(1_000);
  await expect(came(page)).toHaveText("Nobody found.");
  const answered = page.waitForResponse((response) => response.request().postData()?.includes('"am"') ?? false);
  late();
  await (await answered).finished();
  await page.clock.runFor(1_000);
  await expect(came(page)).toHaveText("Nobody found.");
  expect(asked).toEqual(["am", "amina"]);
});

test("the menu says what somebody does", async ({ person }) => {
  await person.signIn(manager, "/sessions");
  const menu = await person.openMenu();
  await expect(menu.locator(".profile")).toHaveText("Incident Manager · Operations");
  await inspectAll(person, "menu-profile");
});

test("a directory that does not answer leaves no mark in the menu", async ({ person }) => {
  const { page } = person;
  await page.route("**/sfn/people/me*", (route) => route.fulfill({ status: 503, json: "Unavailable" }));
  person.guard.expect(503);
  await person.signIn(manager);
  const menu = await person.openMenu();
  await expect(menu.locator(".profile")).toBeHidden();
});
