/** How many of something this isolate does at once: live streams, each of which holds about 300 KB of its 128 MB, and copies. */
export interface Slots {
  tryTake(limit: number): boolean;
  release(): void;
}

export function createSlots(): Slots {
  let taken = 0;
  return {
    tryTake: (limit) => {
      if (taken >= limit) return false;
      taken += 1;
      return true;
    },
    release: () => {
      taken -= 1;
    },
  };
}
