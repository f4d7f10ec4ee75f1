"""Pure helpers that know nothing of minikctl: quantities, durations, selectors, paths, names."""
