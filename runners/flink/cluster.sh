#!/usr/bin/env bash
# A Flink cluster on this machine's loopback, each part a JVM of its own, made of Maven artifacts:
# for tests, and for trying what docs/flink.md tells. It stops only what it started.
#
#   runners/flink/cluster.sh start [N]     one JobManager and N TaskManagers (default 2)
#   runners/flink/cluster.sh add           one TaskManager more
#   runners/flink/cluster.sh jobmanager    the JobManager again, after its death
#   runners/flink/cluster.sh status        what runs, as "NAME PID"
#   runners/flink/cluster.sh stop
#
# From the environment, with their defaults:
#   CLUSTER=runners/flink/target/cluster   configuration, logs and process ids
#   REST_PORT=8081  RPC_PORT=6123          ports of the JobManager
#   SLOTS=2                                jobs' slots of a TaskManager
#   TASK_HEAP=1g  TASK_OFF_HEAP=2g         memory of a TaskManager's tasks; TensorFlow's is off the heap
#   LIB=runners/flink/target/lib           Flink and TensorFlow, fetched by Maven where it is missing
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
: "${CLUSTER:=$here/target/cluster}" "${LIB:=$here/target/lib}"
: "${REST_PORT:=8081}" "${RPC_PORT:=6123}" "${SLOTS:=2}" "${TASK_HEAP:=1g}" "${TASK_OFF_HEAP:=2g}"
start_seconds=120

fail() {
  echo "cluster.sh: $*" >&2
  exit 1
}

fetch() {
  if [ "$LIB" = "$here/target/lib" ] && [ "$here/pom.xml" -nt "$LIB/.complete" ]; then
    rm -rf "$LIB"
    mvn -q -B -ntp -f "$here/pom.xml" dependency:copy-dependencies
    touch "$LIB/.complete"
  fi
  [ -d "$LIB" ] || fail "no folder $LIB"
}

# Memory: what a task needs is mostly TensorFlow's, which Flink does not count; docs/flink.md has sizes.
configure() {
  mkdir -p "$CLUSTER/conf" "$CLUSTER/tmp"
  cat >"$CLUSTER/conf/config.yaml" <<YAML
jobmanager:
  rpc: {address: 127.0.0.1, port: $RPC_PORT}
  bind-host: 127.0.0.1
  memory: {process: {size: 1600m}}
taskmanager:
  bind-host: 127.0.0.1
  host: 127.0.0.1
  numberOfTaskSlots: $SLOTS
  cpu: {cores: $SLOTS.0}
  memory:
    task: {heap: {size: $TASK_HEAP}, off-heap: {size: $TASK_OFF_HEAP}}
    framework: {heap: {size: 128m}, off-heap: {size: 128m}}
    managed: {size: 256m}
    network: {min: 128m, max: 128m}
    jvm-metaspace: {size: 512m}
    jvm-overhead: {min: 192m, max: 192m}
  # Every blocking shuffle of every slot holds so many buffers of 32 KiB; Flink's 512 are 16 MB.
  network: {sort-shuffle: {min-buffers: 64}}
rest: {address: 127.0.0.1, bind-address: 127.0.0.1, port: $REST_PORT}
parallelism: {default: $SLOTS}
io: {tmp: {dirs: "$CLUSTER/tmp"}}
heartbeat: {interval: 2000, timeout: 20000}
restart-strategy: {type: fixed-delay, fixed-delay: {attempts: 10, delay: 2s}}
classloader:
  parent-first-patterns: {additional: "org.tensorflow;org.bytedeco;com.google.protobuf"}
YAML
}

# launch NAME CLASS JVM-FLAG…
launch() {
  local name=$1 class=$2
  shift 2
  TF_CPP_MIN_LOG_LEVEL=1 nohup java "$@" -XX:+UseSerialGC -XX:MaxMetaspaceSize=512m \
    -Dorg.slf4j.simpleLogger.showDateTime=true -Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS \
    -cp "$LIB/*" "$class" --configDir "$CLUSTER/conf" >"$CLUSTER/$name.log" 2>&1 </dev/null &
  echo $! >"$CLUSTER/$name.pid"
}

# "NAME PID" of what this script started here and still runs.
running() {
  local file pid
  for file in "$CLUSTER"/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    if tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF -- "--configDir $CLUSTER/conf" ||
      ps -p "$pid" -o command= 2>/dev/null | grep -qF -- "--configDir $CLUSTER/conf"; then
      echo "$(basename "$file" .pid) $pid"
    fi
  done
}

overview() {
  curl -fsS --max-time 5 "http://127.0.0.1:$REST_PORT/overview" 2>/dev/null
}

wait_for_task_managers() {
  local wanted=$1 waited=0
  until [[ "$(overview)" == *"\"taskmanagers\":$wanted,"* ]]; do
    [ "$waited" -lt $((2 * start_seconds)) ] || fail "not up after $start_seconds s; see $CLUSTER/*.log"
    waited=$((waited + 1))
    sleep 0.5
    [[ "$(running)" == *jobmanager* ]] || fail "the JobManager ended; see $CLUSTER/jobmanager.log"
  done
}

add() {
  local n=1
  while [ -e "$CLUSTER/taskmanager-$n.pid" ]; do n=$((n + 1)); done
  launch "taskmanager-$n" org.apache.flink.runtime.taskexecutor.TaskManagerRunner \
    "-Xmx$TASK_HEAP" "-XX:MaxDirectMemorySize=$TASK_OFF_HEAP"
}

job_manager() {
  launch jobmanager org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint -Xmx768m
}

start() {
  local n=$1 i
  [ -z "$(running)" ] || fail "runs already, see: $0 status"
  if overview >/dev/null; then fail "port $REST_PORT is taken: set REST_PORT"; fi
  fetch
  rm -f "$CLUSTER"/*.pid
  configure
  job_manager
  for ((i = 0; i < n; i++)); do add; done
  wait_for_task_managers "$n"
  echo "Flink at 127.0.0.1:$REST_PORT with $n TaskManagers of $SLOTS slots; logs in $CLUSTER"
}

stop() {
  local name pid left
  while read -r name pid; do kill "$pid" 2>/dev/null || true; done < <(running)
  for ((left = 40; left > 0; left--)); do
    [ -n "$(running)" ] || break
    sleep 0.25
  done
  while read -r name pid; do kill -9 "$pid" 2>/dev/null || true; done < <(running)
  rm -f "$CLUSTER"/*.pid
  rm -rf "$CLUSTER/tmp"
}

case "${1:-}" in
  start) start "${2:-2}" ;;
  add) add ;;
  jobmanager) job_manager; wait_for_task_managers "$(running | grep -c taskmanager)" ;;
  status) running ;;
  stop) stop ;;
  *) sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "$0" >&2; exit 2 ;;
esac
