#!/bin/sh
# The story of a web shop. Runs with minikctl on PATH, or with $MINIKCTL in its place; needs nothing else.
set -eu
cd "$(dirname "$0")"
kubectl() { ${MINIKCTL:-minikctl} "$@"; }
step() { printf '\n== %s\n' "$*"; }
endpoints() { kubectl get endpointslices -l kubernetes.io/service-name=shop -o 'jsonpath={.items[*].endpoints[?(@.conditions.ready==true)].targetRef.name}{"\n"}'; }

step "Release 1: apply, wait, look"
kubectl apply -f registry.yaml -f shop-v1.yaml
kubectl rollout status deployment/shop
kubectl get deployment,replicaset,pods
endpoints

step "Release 2 takes its place, Pod by Pod"
kubectl apply -f shop-v2.yaml
kubectl rollout status deployment/shop
kubectl rollout history deployment/shop
endpoints

step "Release 3 cannot be pulled: the rollout stalls, the shop stays up"
kubectl set image deployment/shop shop=example/shop:v3
kubectl annotate deployment/shop kubernetes.io/change-cause='the third release'
if kubectl rollout status deployment/shop; then echo "this should have failed"; exit 1; fi
kubectl get pods
endpoints

step "Back to the first release"
kubectl rollout undo deployment/shop --to-revision=1
kubectl rollout status deployment/shop
kubectl get deployment shop -o 'jsonpath={.spec.template.spec.containers[0].image}{"\n"}'
kubectl rollout history deployment/shop
endpoints

step "More of it, then none"
kubectl scale deployment/shop --replicas=5
kubectl rollout status deployment/shop
endpoints
kubectl delete -f shop-v1.yaml
kubectl reconcile --until-stable --quiet
kubectl get pods
