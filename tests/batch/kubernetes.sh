#!/usr/bin/env bash
# The manifest of scenarios/batch against Kubernetes' own schema, as the types that are generated
# from its OpenAPI document: unknown keys, wrong types and wrong words are errors. Needs npm.
set -euo pipefail

here=$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")
manifest=$here/../../scenarios/batch/kubernetes-job.yml
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund kubernetes-models@4.5.1 typescript@5.4.5

/usr/bin/python3 -c 'import json, sys, yaml; print(json.dumps(yaml.safe_load(open(sys.argv[1]))))' \
    "$manifest" >job.json

is_valid() {
    {
        printf 'import type { IJob } from "kubernetes-models/batch/v1";\nexport const job: IJob = '
        cat
    } >job.ts
    npx tsc --noEmit --strict --skipLibCheck --module nodenext --moduleResolution nodenext job.ts
}

is_valid <job.json || { echo 'FAILED the manifest is not valid'; exit 1; }
# The check can fail: a wrong word, a wrong type, a wrong key, one that is missing.
for change in 's/"Indexed"/"Index"/' 's/"completions": 16/"completions": "16"/' \
    's/"restartPolicy"/"restartPolicies"/' 's/"name": "shard", //'; do
    sed "$change" job.json | cmp -s - job.json && { echo "FAILED nothing to change: $change"; exit 1; }
    ! sed "$change" job.json | is_valid >/dev/null || { echo "FAILED valid after $change"; exit 1; }
done
echo 'scenarios/batch/kubernetes-job.yml is a valid batch/v1 Job; four broken ones are not'
