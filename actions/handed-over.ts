/** What an activity ends with whose worker is shut down: no fault of its own, and another worker goes on with it. */
export const shutDown = 'the worker was shut down; another one goes on';
