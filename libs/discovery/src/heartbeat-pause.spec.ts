import { pauseBeforeHeartbeat } from './heartbeat-pause.js';

describe(pauseBeforeHeartbeat.name, () => {
  it.each([
    [0, 900, 1_000],
    [1, 150, 300],
    [2, 300, 600],
    [3, 500, 1_000],
    [9_999, 500, 1_000],
  ])('after %i failures it is from %i to %i ms, where a heartbeat comes each 1,000 ms', (failures, least, most) => {
    expect([0, 1].map((random) => pauseBeforeHeartbeat(failures, 1_000, random))).toEqual([least, most]);
  });
});
