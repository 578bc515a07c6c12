// Whatever the bar has to say: it is said once, it is there for everybody, and it takes nothing away from whoever is at
// work. How each state comes about is shown elsewhere (watch, authority, silent); here the answers to the page's questions
// are altered.
import type { CDPSession, Cookie, Locator, Page, Route } from "@playwright/test";
import { manager } from "../support/accounts.ts";
import { axe, inspect } from "../support/inspect.ts";
import { bar, says } from "../support/standing.ts";
import type { Person } from "../support/person.ts";
import { expect, test } from "../support/test.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

test.use({ musterOptions: { more: { MUSTER_SILENT_CHECK: "on" } } });

/** What the server answers when it is asked how the session stands; what is not used here is left out. */
type Status = { state: unknown; now: string; person: string | null; ends: object | null; silent_check: boolean };

const later = ({ now }: Status, idle: number, absolute: number) => {
  const at = (ms: number) => new Date(Date.parse(now) + ms).toISOString();
  return { idle: at(idle), absolute: at(absolute), token: null };
};
const over = (state: unknown) => () => ({ state, person: null, ends: null });
const wanted = (step: string) => () => ({ state: { interaction_required: step } });

const STAY = { button: "Stay signed in", leads: /\/sfn\/session\/stay/ };
const SIGN_IN = { button: "Sign in again", leads: /\/auth\/sign-in\?/ };
const CONTINUE = { button: "Continue", leads: /\/auth\/sign-in\?/ };
const TRY_AGAIN = { button: "Try again", leads: /\/session-status$/ };
const RELOAD = { button: "Reload the page", leads: /\/incidents\/new$/ };

type State = {
  name: string;
  words: string;
  button: string;
  /** The request that the button leads to. */
  leads: RegExp;
  /** What is altered in the server's answer. */
  answer?: (status: Status) => Partial<Status>;
  /** What the frame at the provider finds out. */
  frame?: string;
  /** Whether the time is shown that is left. */
  counts?: true;
  /** No answer at all. */
  gone?: "offline" | "away";
};

const STATES: State[] = [
  {
    name: "about to end",
    words: "You will be signed out soon",
    ...STAY,
    counts: true,
    answer: (status) => ({ ends: later(status, 200 * SECOND, HOUR) }),
  },
  {
    name: "ends for good",
    words: "Your session ends soon",
    ...SIGN_IN,
    counts: true,
    answer: (status) => ({ ends: later(status, HOUR, 200 * SECOND) }),
  },
  { name: "ended", words: "Your session has ended", ...SIGN_IN, answer: over("ended") },
  {
    name: "signed out elsewhere",
    words: "You were signed out from somewhere else",
    ...SIGN_IN,
    answer: over("signed_out_elsewhere"),
  },
  { name: "another sign-in", words: "asks you to sign in again", ...SIGN_IN, answer: wanted("sign_in") },
  { name: "a second factor", words: "asks for a second proof", ...CONTINUE, answer: wanted("multi_factor") },
  { name: "a consent", words: "needs your consent", ...CONTINUE, answer: wanted("consent") },
  { name: "a new password", words: "Your password has to be changed", ...CONTINUE, answer: wanted("password") },
  {
    name: "another person",
    words: "Somebody else is signed in here now",
    ...RELOAD,
    answer: () => ({ person: "00000000-0000-4000-8000-000000000001" }),
  },
  { name: "signed out there", words: "You have signed out at your organisation", ...SIGN_IN, frame: "signed_out" },
  {
    name: "another account there",
    words: "Another account is signed in at your organisation",
    ...SIGN_IN,
    frame: "other",
  },
  { name: "offline", words: "No connection", ...TRY_AGAIN, gone: "offline" },
  { name: "the server away", words: "Muster cannot be reached", ...TRY_AGAIN, gone: "away" },
];

/** How things stand with the server and the provider, as far as the page can tell. */
type World = { now?: State };

async function alter(page: Page, world: World): Promise<void> {
  await page.route(/\/session-status$/, async (route: Route) => {
    if (world.now?.gone) return route.abort("connectionfailed");
    const response = await route.fetch();
    const status = (await response.json()) as Status;
    const silent_check = world.now?.frame !== undefined;
    await route.fulfill({ response, json: { ...status, silent_check, ...world.now?.answer?.(status) } });
  });
  await page.route(/\/auth\/silent$/, async (route) => {
    const script = `new BroadcastChannel("muster-silent").postMessage({ result: "${world.now!.frame}" })`;
    await route.fulfill({ contentType: "text/html", body: `<!doctype html><script>${script}</script>` });
  });
}

/** Whatever is read out from now on, each change once, in order. */
async function heard(page: Page): Promise<void> {
  await page.evaluate(() => {
    const said: string[] = [];
    Object.assign(window, { said });
    const live = "[aria-live]:not([aria-live=off]), [role=status], [role=alert]";
    const observer = new MutationObserver((records) => {
      const nodes = records.map(({ target }) => (target instanceof Element ? target : target.parentElement));
      const regions = new Set(nodes.map((node) => node?.closest(live)).filter((region) => region != null));
      for (const region of regions) if (region.textContent?.trim()) said.push(region.textContent);
    });
    observer.observe(document, { subtree: true, childList: true, characterData: true });
  });
}

const said = (page: Page) => page.evaluate(() => (window as unknown as { said: string[] }).said);

/** Where things are now as `state` has it, and the page has noticed. */
async function reach(person: Person, world: World, state: State): Promise<void> {
  const { page } = person;
  world.now = state;
  if (state.gone === "offline") await person.goOffline();
  else if (state.gone) person.guard.disturb();
  // Whoever comes back to the page has it ask; twice, where one attempt that fails is nothing to speak of.
  await expect(async () => {
    if (state.gone !== "offline") await page.evaluate(() => window.dispatchEvent(new Event("focus")));
    await expect(says(page)).toContainText(state.words, { timeout: 500 });
  }).toPass();
}

/** The live regions in the accessibility tree, as a screen reader finds them: how urgent, and what stands in them. */
async function regions(session: CDPSession): Promise<{ live: string; text: string }[]> {
  const { nodes } = await session.send("Accessibility.getFullAXTree");
  const byId = new Map(nodes.map((node) => [node.nodeId, node]));
  const textOf = (node: (typeof nodes)[number]): string =>
    node.role?.value === "StaticText"
      ? String(node.name?.value ?? "")
      : (node.childIds ?? []).map((id) => byId.get(id)).map((child) => (child ? textOf(child) : "")).join("");
  return nodes
    .map((node) => ({ node, live: node.properties?.find(({ name }) => name === "live")?.value.value as string }))
    .filter(({ node, live }) => !node.ignored && live !== undefined && live !== "off")
    .map(({ node, live }) => ({ live: live!, text: textOf(node) }));
}

const left = (page: Page) => bar(page).locator(".left").allInnerTexts().then((texts) => texts.join());

/** Goes on from where the focus is to the button, by Tab alone, and presses it. */
async function press(page: Page, button: Locator, leads: RegExp): Promise<void> {
  const focused = () => button.evaluate((element) => element === document.activeElement);
  for (let step = 0; !(await focused()); step++) {
    expect(step, "steps to the button").toBeLessThan(60);
    await page.keyboard.press("Tab");
  }
  // The way there is shown elsewhere; here the page stays.
  await page.route(/\/auth\/sign-in\?/, (route) => route.abort("aborted"));
  await Promise.all([page.waitForRequest(leads), page.keyboard.press("Enter")]);
}

// Of the worker's one server, whose tests run one after the other.
let cookies: Cookie[] = [];

/** On a page with a form, in one of its fields. Signing in takes place once. */
async function atWork(person: Person, world: World): Promise<void> {
  const { page } = person;
  await page.clock.install();
  await alter(page, world);
  if (cookies.length > 0) {
    await page.context().addCookies(cookies);
    await person.open("/incidents/new");
  } else {
    await person.signIn(manager, "/incidents/new");
    cookies = await page.context().cookies();
  }
  await expect(says(page)).toBeEmpty();
  await page.getByLabel("Title", { exact: true }).focus();
  await heard(page);
}

for (const state of STATES) {
  test(`${state.name}: said once, in everybody's reach, and in nobody's way`, async ({ person }) => {
    const { page } = person;
    const world: World = {};
    const session = await page.context().newCDPSession(page);
    await atWork(person, world);
    await reach(person, world, state);

    // Time goes by, and with it the seconds that are counted down.
    const before = await left(page);
    for (let second = 0; second < 5; second++) await page.clock.runFor(SECOND);
    expect((await left(page)) !== before).toBe(state.counts ?? false);
    expect(await said(page)).toEqual([expect.stringContaining(state.words)]);
    const spoken = (await regions(session)).filter(({ text }) => text !== "");
    expect(spoken).toEqual([{ live: "polite", text: expect.stringContaining(state.words) }]);

    await expect(page.getByLabel("Title", { exact: true })).toBeFocused();
    const name = `bar-${state.name.replaceAll(" ", "-")}`;
    await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
    await inspect(person, name, "light");
    // Nothing but the colours is another one in the dark.
    await page.emulateMedia({ colorScheme: "dark" });
    await axe(page, `${name}-dark`, ".standing:not([hidden])");

    const button = bar(page).getByRole("button");
    await expect(button).toHaveCount(1);
    await expect(button).toHaveAccessibleName(state.button);
    await expect(button).toHaveAccessibleDescription(new RegExp(state.words));
    await press(page, button, state.leads);
    await page.unrouteAll({ behavior: "ignoreErrors" });
  });
}
