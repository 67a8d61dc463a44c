// Imported before anything else by a test of many records: the same program, but the optimized one where it was built. With
// sanitizers it would take five times as long, and would find nothing that the other tests do not run into with few.
if (process.env.KANAME_OPTIMIZED) process.env.KANAME = process.env.KANAME_OPTIMIZED
