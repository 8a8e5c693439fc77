package io.hydrabeam.runners;

import static com.google.common.truth.Truth.assertThat;
import static com.google.common.truth.Truth.assertWithMessage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.hydrabeam.pipelines.evaluate.EvaluateOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What is ready to be copied into clocks is understood by them and by the program. */
final class SchedulesTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Pattern ASSIGNMENT = Pattern.compile("(?m)^(?:Environment=)?([A-Z]+)=(.*)$");

  /** Numbers of cron's five fields, the largest of each. */
  private static final List<Integer> CRON_FIELDS = List.of(59, 23, 31, 12, 7);

  private final Path root = Path.of(System.getProperty("hydra.basedir", ".."));
  private final Path folder = root.resolve("runners").resolve("schedules");

  @Test
  void crontab_startsAnEvaluationThatTheProgramUnderstands() throws IOException {
    String crontab = read("crontab");
    int jobs = 0;
    for (String line : crontab.lines().toList()) {
      if (!line.matches("[0-9*].*")) {
        assertWithMessage(line).that(line).matches("|#.*|[A-Z]+=\\S+");
        continue;
      }
      String[] fields = line.split(" +", 6);
      assertCron(String.join(" ", List.of(fields).subList(0, 5)));
      // cron ends the command at the first per cent sign.
      assertThat(line).doesNotContain("%");
      assertNightly(words(fields[5], crontab));
      jobs++;
    }
    assertThat(jobs).isEqualTo(1);
  }

  @Test
  void systemdService_startsAnEvaluationThatTheProgramUnderstands() throws IOException {
    String service = read("hydra-beam.service");
    assertNightly(words(value(service, "ExecStart"), service));
    assertThat(value(service, "Type")).isEqualTo("oneshot");
    // What a second attempt would only say again.
    assertThat(value(service, "RestartPreventExitStatus")).isEqualTo("2 3 4");
    String timer = read("hydra-beam.timer");
    assertThat(value(timer, "OnCalendar")).matches("\\*-\\*-\\* \\d\\d:\\d\\d:\\d\\d UTC");
    assertThat(value(timer, "Persistent")).isEqualTo("true");
  }

  @Test
  void cronJob_submitsAnEvaluationThatTheProgramUnderstandsToFlink() throws IOException {
    JsonNode job = YAML.readTree(read("cronjob.yaml"));
    assertThat(job.at("/kind").asText()).isEqualTo("CronJob");
    assertCron(job.at("/spec/schedule").asText());
    JsonNode container = job.at("/spec/jobTemplate/spec/template/spec/containers/0");
    List<String> args = new ArrayList<>();
    container.at("/args").forEach(arg -> args.add(arg.asText()));
    assertThat(args).containsAtLeast("--runner=FlinkRunner", "--flinkMaster=flink-jobmanager:8081");
    args.removeIf(arg -> arg.matches("--(runner|flinkMaster)=.*"));
    assertNightly(args);
    JsonNode rule = job.at("/spec/jobTemplate/spec/podFailurePolicy/rules/0/onExitCodes");
    assertThat(rule.at("/values").toString()).isEqualTo("[2,3,4]");
    assertThat(rule.at("/containerName")).isEqualTo(container.at("/name"));
    String disk = container.at("/volumeMounts/0/mountPath").asText() + "/";
    args.stream()
        .filter(arg -> arg.contains("=/"))
        .forEach(arg -> assertThat(arg.substring(arg.indexOf('=') + 1)).startsWith(disk));
  }

  @Test
  void cloudScheduler_postsParametersOfTheTemplate() throws IOException {
    String script = read("cloud-scheduler.sh");
    Matcher schedule = Pattern.compile("--schedule=\"(.*)\"").matcher(script);
    assertThat(schedule.find()).isTrue();
    assertCron(schedule.group(1));
    assertThat(script).contains("/cloud-scheduler.json");
    JsonNode launch = JSON.readTree(read("cloud-scheduler.json")).at("/launchParameter");
    assertThat(launch.at("/containerSpecGcsPath").asText()).endsWith("/evaluate.json");
    JsonNode metadata =
        JSON.readTree(
            Files.readString(root.resolve("runners").resolve("dataflow").resolve("evaluate.json")));
    List<String> words = new ArrayList<>(List.of("evaluate"));
    launch
        .at("/parameters")
        .fields()
        .forEachRemaining(
            given -> {
              String value = given.getValue().asText();
              assertWithMessage(given.getKey())
                  .that(value)
                  .matches(regex(metadata, given.getKey()));
              words.add("--" + given.getKey() + "=" + value);
            });
    assertThat(options(words).getEvery()).isEqualTo("24h");
  }

  private static String regex(JsonNode metadata, String name) {
    for (JsonNode parameter : metadata.at("/parameters")) {
      if (parameter.at("/name").asText().equals(name)) {
        return parameter.at("/regexes/0").asText();
      }
    }
    throw new AssertionError("the template has no parameter " + name);
  }

  private String read(String name) throws IOException {
    return Files.readString(folder.resolve(name));
  }

  /** The program's words in a line, with the file's own variables put in. */
  private static List<String> words(String line, String file) {
    String filled = line;
    Matcher assignment = ASSIGNMENT.matcher(file);
    while (assignment.find()) {
      String name = assignment.group(1);
      filled =
          filled
              .replace("${" + name + "}", assignment.group(2))
              .replaceAll("\\$" + name + "\\b", Matcher.quoteReplacement(assignment.group(2)));
    }
    Matcher words = Pattern.compile("-jar \\S+\\.jar (.*?)(?: 2>&1.*)?$").matcher(filled);
    assertWithMessage(filled).that(words.find()).isTrue();
    return List.of(words.group(1).split(" +"));
  }

  private static String value(String unit, String key) {
    Matcher matcher = Pattern.compile("(?m)^" + key + "=(.*)$").matcher(unit);
    assertWithMessage(key).that(matcher.find()).isTrue();
    return matcher.group(1);
  }

  private static void assertCron(String fields) {
    String[] each = fields.split(" ");
    assertWithMessage(fields).that(each).hasLength(CRON_FIELDS.size());
    for (int i = 0; i < each.length; i++) {
      assertWithMessage(fields).that(each[i]).matches("\\*|[0-9]+(-[0-9]+)?");
      for (String number : each[i].replace("*", "1").split("-")) {
        assertWithMessage(fields).that(Integer.parseInt(number)).isAtMost(CRON_FIELDS.get(i));
      }
    }
  }

  private static void assertNightly(List<String> words) {
    EvaluateOptions options = options(words);
    assertThat(options.getEvery()).isEqualTo("24h");
    assertThat(options.getFailOnRegression()).isEqualTo(0.5);
    assertThat(options.getBaseline()).startsWith(options.getScores() + "/");
  }

  private static EvaluateOptions options(List<String> words) {
    CommandLine line = CommandLine.parse(words);
    assertThat(line.command()).isEqualTo(Optional.of("evaluate"));
    return Invocation.of(new EvaluateCommand(), line, Hydra.COMMANDS)
        .options()
        .as(EvaluateOptions.class);
  }
}
