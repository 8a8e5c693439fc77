#!/usr/bin/env bash
# Cloud Scheduler starts the Flex Template of `evaluate` every night (docs/schedules.md). Makes the schedule:
#   PROJECT=ID REGION=europe-west4 ACCOUNT=scheduler@ID.iam.gserviceaccount.com runners/schedules/cloud-scheduler.sh
# ACCOUNT starts the job: it needs the role Dataflow Developer and may act as the workers' account.
# What is posted is cloud-scheduler.json beside this file, with your bucket in it.
set -euo pipefail
: "${PROJECT:?the project}" "${REGION:?as in europe-west4}" "${ACCOUNT:?the service account that starts the job}"
body=$(dirname "${BASH_SOURCE[0]}")/cloud-scheduler.json

gcloud scheduler jobs create http hydra-beam \
  --project="$PROJECT" --location="$REGION" \
  --schedule="17 2 * * *" --time-zone=Etc/UTC \
  --uri="https://dataflow.googleapis.com/v1b3/projects/$PROJECT/locations/$REGION/flexTemplates:launch" \
  --http-method=POST --headers=Content-Type=application/json --message-body-from-file="$body" \
  --oauth-service-account-email="$ACCOUNT" \
  --oauth-token-scope=https://www.googleapis.com/auth/cloud-platform \
  --max-retry-attempts=3 --min-backoff=10m
