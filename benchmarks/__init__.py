"""How fast minikctl is: ``python -m benchmarks`` measures everything and prints one table. Never a test's business."""
