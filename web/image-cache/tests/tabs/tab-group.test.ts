import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { BrowserTabs, type TabMessage } from '../../src/tabs/tab-group.js';
import { FakeLocks } from '../support/fake-locks.js';
import { FakePage } from '../support/fake-page.js';
import { until } from '../support/setup.js';

interface Tab {
  tabs: BrowserTabs;
  page: FakePage;
  heard: [string, TabMessage][];
  changes: boolean[];
}

const NAME = 'image-cache:test';
let locks: FakeLocks;
let open: Tab[];

beforeEach(() => {
  locks = new FakeLocks();
  open = [];
  vi.stubGlobal('navigator', { locks });
});
afterEach(() => {
  for (const { page } of open) page.happen('left');
  vi.unstubAllGlobals();
});

function openTab(isVisible = true): Tab {
  const page = new FakePage(isVisible);
  const tab: Tab = { tabs: new BrowserTabs(() => NAME, page), page, heard: [], changes: [] };
  tab.tabs.onMessage((message, from) => tab.heard.push([from, message]));
  tab.tabs.onLeaderChange(() => tab.changes.push(tab.tabs.isLeader));
  tab.tabs.join();
  open.push(tab);
  return tab;
}

async function openLeader(isVisible = true): Promise<Tab> {
  const tab = openTab(isVisible);
  await until(() => tab.tabs.isLeader);
  return tab;
}

describe('the tabs of a browser', () => {
  it('have one leader: the first', async () => {
    const first = await openLeader();
    const others = [openTab(), openTab()];
    first.tabs.post({ type: 'ping' });
    await until(() => others.every(({ heard }) => heard.length === 1));
    expect(others.map(({ tabs }) => tabs.isLeader)).toEqual([false, false]);
    expect(others[0]?.heard).toEqual([[first.tabs.id, { type: 'ping' }]]);
    expect(first.heard).toEqual([]);
  });

  it('have another leader when the first one is left, and when it crashes', async () => {
    const first = await openLeader();
    const second = openTab();
    const third = openTab();
    first.page.happen('left');
    await until(() => second.tabs.isLeader);
    expect(first.changes).toEqual([true, false]);
    locks.breakLock(NAME);
    await until(() => third.tabs.isLeader);
  });

  it('join again out of the back/forward cache, behind the others', async () => {
    const first = await openLeader();
    const second = openTab();
    first.page.happen('left');
    await until(() => second.tabs.isLeader);
    second.tabs.post({ type: 'unheard' });
    first.page.happen('back');
    second.tabs.post({ type: 'heard' });
    await until(() => first.heard.length > 0);
    expect(first.heard).toEqual([[second.tabs.id, { type: 'heard' }]]);
    second.page.happen('left');
    await until(() => first.tabs.isLeader);
  });

  it('are led by one that is visible, even when a hidden or frozen one was first', async () => {
    const hidden = await openLeader(false);
    const visible = openTab();
    await until(() => visible.tabs.isLeader);
    await until(() => !hidden.tabs.isLeader);
    // It waits for the lock again.
    visible.page.happen('left');
    await until(() => hidden.tabs.isLeader);
  });

  it('leave a visible leader alone', async () => {
    const first = await openLeader();
    const second = openTab(false);
    vi.useFakeTimers();
    const answered = vi.spyOn(globalThis, 'clearTimeout');
    second.page.happen('shown');
    await vi.waitFor(() => {
      expect(answered.mock.calls.length).toBeGreaterThan(1); // the leader has answered
    });
    await vi.advanceTimersByTimeAsync(10_000);
    expect([first.tabs.isLeader, second.tabs.isLeader]).toEqual([true, false]);
    vi.useRealTimers();
  });

  it('each lead themselves without Web Locks', () => {
    vi.stubGlobal('navigator', {});
    const tabs = [openTab(), openTab()];
    expect(tabs.map((tab) => tab.tabs.isLeader)).toEqual([true, true]);
    expect(tabs.map((tab) => tab.changes)).toEqual([[true], [true]]);
  });

  it('each lead themselves where locks are refused', async () => {
    vi.stubGlobal('navigator', {
      locks: { request: () => Promise.reject(new DOMException('no', 'SecurityError')) },
    });
    const tabs = [openTab(), openTab()];
    await until(() => tabs.every((tab) => tab.tabs.isLeader));
  });
});
