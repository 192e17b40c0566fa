// Preloaded into a process of cruc-fleet (node --import): SIGUSR2 has a timer throw, as a bug in it would.
process.on('SIGUSR2', () => {
  setTimeout(() => {
    throw new TypeError('thrown in a timer');
  });
});
