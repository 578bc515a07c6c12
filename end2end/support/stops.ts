// The walk: every page of the app, in every state that looks different. A stop begins signed out.
import { expect } from "@playwright/test";
import { type Account, admin, manager, nobody, viewer } from "./accounts.ts";
import { declare, declareButton, note, stands, step } from "./incidents.ts";
import { Person } from "./person.ts";

export type Stop = {
  /** Names the picture. */
  name: string;
  /** The pattern in the app's list of pages; none for what is no page of the app. */
  pattern?: string;
  /** The heading, so that no picture shows something else. */
  heading: string | RegExp;
  /** Who is signed in. */
  as?: Account;
  /** The statuses of errors that belong here. */
  statuses?: number[];
  reach: (person: Person) => Promise<unknown>;
};

const INCIDENT = "/incidents/{number}";
const EDIT = "/incidents/{number}/edit";

const open = (path: string) => (person: Person) => person.open(path);
const scene = (title: string) => ({ title, severity: "SEV2", summary: "Since 09:40 every **third** order fails." });

async function declared(person: Person): Promise<string> {
  return declare(person, scene("Checkout answers with errors"));
}

/** Pages for everybody, and those of signing in. */
const around: Stop[] = [
  { name: "start", pattern: "/", heading: /everybody knows/, reach: open("/") },
  { name: "start-signed-in", pattern: "/", heading: /^Hello/, as: manager, reach: open("/") },
  { name: "start-no-role", pattern: "/", heading: /no role/, as: nobody, statuses: [403], reach: open("/") },
  { name: "signed-out", pattern: "/signed-out", heading: "You are signed out", reach: open("/signed-out") },
  { name: "signed-in", pattern: "/signed-in", heading: "You are signed in", as: manager, reach: open("/signed-in") },
  { name: "onboarding-off", pattern: "/onboard", heading: "Nothing here", statuses: [404], reach: open("/onboard") },
  {
    name: "organisations",
    pattern: "/organisations",
    heading: "Switch organisation",
    as: viewer,
    reach: open("/organisations"),
  },
  { name: "account-picker", heading: "Sign in", reach: ({ page }) => page.goto("/incidents") },
  {
    name: "sign-in-cancelled",
    heading: "Sign-in cancelled",
    reach: async ({ page }) => {
      await page.goto("/incidents");
      await page.getByRole("button", { name: "Cancel" }).click();
    },
  },
  {
    name: "sign-in-failed",
    heading: "This sign-in cannot be continued",
    statuses: [400],
    reach: ({ page }) => page.goto("/auth/callback?code=x&state=y"),
  },
  {
    name: "stand-in-refused",
    heading: "Sign-in is not possible",
    statuses: [400],
    reach: async ({ page }) => {
      await page.goto("/incidents");
      await page.goto(new URL("/common/oauth2/v2.0/authorize?client_id=nobody", page.url()).href);
    },
  },
];

const list: Stop[] = [
  { name: "incidents", pattern: "/incidents", heading: "Incidents", as: manager, reach: open("/incidents") },
  {
    name: "incidents-all",
    pattern: "/incidents",
    heading: "Incidents",
    as: viewer,
    reach: open("/incidents?tab=all&sort=severity"),
  },
  {
    name: "incidents-bad-address",
    pattern: "/incidents",
    heading: "This address does not work",
    as: viewer,
    statuses: [422],
    reach: open("/incidents?tab=nonsense"),
  },
];

const forms: Stop[] = [
  {
    name: "declare",
    pattern: "/incidents/new",
    heading: "Declare an incident",
    as: manager,
    reach: open("/incidents/new"),
  },
  {
    name: "declare-refused",
    pattern: "/incidents/new",
    heading: "Declare an incident",
    as: manager,
    statuses: [422],
    reach: async (person) => {
      await person.open("/incidents/new");
      await declareButton(person.page).click();
      await expect(person.page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "declare-not-allowed",
    pattern: "/incidents/new",
    heading: "Not allowed",
    as: viewer,
    statuses: [403],
    reach: open("/incidents/new"),
  },
  {
    name: "edit",
    pattern: EDIT,
    heading: /^Edit INC-/,
    as: manager,
    reach: async (person) => person.open(`/incidents/${await declared(person)}/edit`),
  },
  {
    name: "edit-refused",
    pattern: EDIT,
    heading: /^Edit INC-/,
    as: manager,
    statuses: [422],
    reach: async (person) => {
      await person.open(`/incidents/${await declared(person)}/edit`);
      await person.page.getByLabel("Title", { exact: true }).fill("");
      await person.page.getByRole("button", { name: "Save" }).click();
      await expect(person.page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "edit-conflict",
    pattern: EDIT,
    heading: /^Edit INC-/,
    as: admin,
    statuses: [409],
    reach: async (person) => {
      const { page } = person;
      const number = await declared(person);
      await person.open(`/incidents/${number}/edit`);
      const tab = new Person(await page.context().newPage(), person.guard, person.scripted);
      await tab.open(`/incidents/${number}`);
      await step(tab.page, "Cause identified");
      await stands(tab.page, "Identified");
      await tab.page.close();
      await page.getByLabel("Title", { exact: true }).fill("Checkout is slow");
      await page.getByRole("button", { name: "Save" }).click();
      await expect(page.getByRole("alert")).toBeVisible();
    },
  },
];

/** Forms that no page of ours sends. */
const strange: Stop[] = [
  {
    name: "foreign-form",
    heading: "Muster did not take this request",
    as: manager,
    statuses: [403],
    reach: async ({ page }) => {
      const form = `<form method="post" action="${page.url()}"><button>Win a prize</button></form>`;
      await page.goto(`data:text/html,${encodeURIComponent(form)}`);
      await page.getByRole("button", { name: "Win a prize" }).click();
    },
  },
  {
    name: "too-large",
    heading: "Muster did not take this request",
    as: manager,
    statuses: [413],
    reach: async (person) => {
      await person.open("/incidents/new");
      await person.page.locator("form.sheet-form").evaluate((form: HTMLFormElement) => {
        form.querySelector("textarea")!.value = "x".repeat(600_000);
        form.submit();
      });
    },
  },
];

const incidents: Stop[] = [
  {
    name: "incident",
    pattern: INCIDENT,
    heading: /^Checkout/,
    as: manager,
    reach: async (person) => {
      await declared(person);
      await step(person.page, "Cause identified");
      await stands(person.page, "Identified");
      const text = "The payment service times out; see `payments-eu-2`.\n\n- restarted one node\n- asked the vendor";
      await note(person.page, text, "asked the vendor");
    },
  },
  {
    name: "incident-menu",
    pattern: INCIDENT,
    heading: /^Checkout/,
    as: manager,
    reach: async (person) => {
      await declared(person);
      await person.page.getByText("More", { exact: true }).click();
      await person.page.getByText("Cancel incident…").click();
    },
  },
  {
    name: "incident-note-refused",
    pattern: INCIDENT,
    heading: /^Checkout/,
    as: manager,
    statuses: [422],
    reach: async (person) => {
      await declared(person);
      await person.page.getByRole("button", { name: "Add note" }).click();
      await expect(person.page.getByRole("alert")).toBeVisible();
    },
  },
  {
    name: "incident-restricted",
    pattern: INCIDENT,
    heading: /^Payroll/,
    as: manager,
    reach: (person) => declare(person, { ...scene("Payroll file was opened"), restricted: true }),
  },
  {
    name: "incident-past",
    pattern: INCIDENT,
    heading: /./,
    as: viewer,
    reach: open("/incidents/INC-100"),
  },
  {
    name: "incident-not-found",
    pattern: INCIDENT,
    heading: "Nothing here",
    as: viewer,
    statuses: [404],
    reach: open("/incidents/INC-99999"),
  },
  { name: "not-found", heading: "Nothing here", as: viewer, statuses: [404], reach: open("/nowhere") },
  { name: "no-role", heading: "Not allowed", as: nobody, statuses: [403], reach: open("/incidents") },
  {
    name: "session-ended",
    heading: "Your session ended",
    as: manager,
    statuses: [401],
    reach: async (person) => {
      await declared(person);
      await person.page.getByLabel("Note", { exact: true }).fill("Half an hour of typing.");
      await person.page.context().clearCookies();
      // As a page does whose script did not start.
      await person.page.locator("form.composer").evaluate((form: HTMLFormElement) => HTMLFormElement.prototype.submit.call(form));
    },
  },
];

const SESSIONS = "/sessions";
const ADMIN_SESSIONS = "/admin/sessions";

/** Signs in once more, in a browser of its own that stays open behind. */
async function elsewhere(person: Person, account: Account): Promise<void> {
  const browser = person.page.context().browser()!;
  const baseURL = new URL(person.page.url()).origin;
  const context = await browser.newContext({ baseURL, javaScriptEnabled: person.scripted });
  const page = await context.newPage();
  await new Person(page, person.guard, person.scripted).signIn(account);
  await context.close();
}

const sessions: Stop[] = [
  {
    name: "menu",
    pattern: SESSIONS,
    heading: "Your sessions",
    as: admin,
    reach: async (person) => {
      await person.open(SESSIONS);
      await person.openMenu();
    },
  },
  {
    name: "sessions",
    pattern: SESSIONS,
    heading: "Your sessions",
    as: viewer,
    reach: async (person) => {
      await elsewhere(person, viewer);
      await person.open(SESSIONS);
      await person.page.getByText("Sign out all others…").click();
    },
  },
  {
    name: "operators",
    pattern: "/admin/sign-in",
    heading: "Signing in",
    as: admin,
    reach: open("/admin/sign-in"),
  },
  {
    name: "sessions-everyone",
    pattern: ADMIN_SESSIONS,
    heading: "Sessions of everyone",
    as: admin,
    reach: async (person) => {
      await elsewhere(person, viewer);
      await person.open(ADMIN_SESSIONS);
    },
  },
  {
    name: "sessions-everyone-asked",
    pattern: ADMIN_SESSIONS,
    heading: "Sessions of everyone",
    as: admin,
    reach: open("/admin/sessions?ask=everyone"),
  },
  {
    name: "sessions-person",
    pattern: ADMIN_SESSIONS,
    heading: `Sessions of ${viewer.name}`,
    as: admin,
    reach: async (person) => {
      await elsewhere(person, viewer);
      await person.open(ADMIN_SESSIONS);
      await person.page.getByRole("link", { name: viewer.name }).first().click();
    },
  },
  {
    name: "sessions-not-allowed",
    pattern: ADMIN_SESSIONS,
    heading: "Not allowed",
    as: manager,
    statuses: [403],
    reach: open(ADMIN_SESSIONS),
  },
];

export const stops: Stop[] = [...around, ...list, ...forms, ...strange, ...incidents, ...sessions];
