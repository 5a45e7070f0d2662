/** Live streams of this isolate: a metered stream holds about 300 KB of its 128 MB, so they are counted and capped. */
export interface StreamSlots {
  tryTake(limit: number): boolean;
  release(): void;
}

export function createStreamSlots(): StreamSlots {
  let live = 0;
  return {
    tryTake: (limit) => {
      if (live >= limit) return false;
      live += 1;
      return true;
    },
    release: () => {
      live -= 1;
    },
  };
}
