import unittest

import check_layers


def texts(path, *includes):
    source = "".join(f"#include {name}\n" for name in includes)
    return [str(finding) for finding in check_layers.check_source(path, source)]


class Layers(unittest.TestCase):
    # (who, whom, may)
    CASES = (
        ("engine/base/event.h", "engine/base/ids.h", True),
        ("engine/base/event.h", "engine/value/value.h", False),
        ("engine/value/value.h", "engine/base/ids.h", True),
        ("engine/value/value.h", "engine/kernel/world.h", False),
        ("engine/effect/effect.h", "engine/value/value.h", True),
        ("engine/effect/effect.h", "engine/kernel/world.h", False),
        ("engine/kernel/world.h", "engine/value/value.h", True),
        ("engine/kernel/world.h", "engine/actor/actor.h", False),
        ("engine/actor/actor.h", "engine/kernel/world.h", True),
        ("engine/actor/actor.h", "engine/ariadne.h", False),
        ("engine/library/pool.h", "engine/actor/context.h", True),
        ("engine/actor/context.h", "engine/library/pool.h", False),
        ("engine/testkit/stage.h", "engine/actor/context.h", True),
        ("engine/testkit/stage.h", "engine/ariadne.h", False),
        ("engine/ariadne.h", "engine/testkit/stage.h", False),
        ("recorder/recorder.cpp", "engine/testkit/stage.h", False),
        ("engine/ariadne.h", "engine/actor/actor.h", True),
        ("engine/ariadne.h", "recorder/recorder.h", False),
        ("tracefmt/trace_reader.h", "tracefmt/file_io.h", True),
        ("tracefmt/trace_reader.h", "engine/base/event.h", True),
        ("tracefmt/trace_reader.h", "engine/value/value.h", False),
        ("tracefmt/internal/codec.cpp", "engine/kernel/world.h", False),
        ("recorder/recorder.cpp", "tracefmt/trace_writer.h", True),
        ("recorder/recorder.cpp", "engine/kernel/world.h", True),
        ("recorder/recorder.cpp", "recorder/effects/effect_pool.h", True),
        ("recorder/effects/effect_pool.h", "engine/effect/effect.h", True),
        ("recorder/effects/effect_pool.h", "engine/kernel/world.h", False),
        ("recorder/effects/effect_pool.h", "recorder/recorder.h", False),
        ("recorder/effects/effect_pool.h", "tracefmt/trace_reader.h", False),
        ("recorder/recorder.cpp", "studio/session/session.h", False),
        ("studio/session/session.cpp", "recorder/history.h", True),
        ("studio/session/session.cpp", "tracefmt/trace_reader.h", True),
        ("studio/session/session.cpp", "studio/models/event_model.h", False),
        ("studio/models/event_model.cpp", "studio/session/session.h", True),
        ("studio/models/event_model.cpp", "engine/base/event.h", True),
        ("studio/models/event_model.cpp", "tracefmt/trace_reader.h", False),
        ("studio/models/event_model.cpp", "recorder/history.h", False),
        ("studio/models/event_model.cpp", "studio/views/timeline.h", False),
        ("studio/views/timeline.cpp", "studio/models/event_model.h", True),
        ("studio/views/timeline.cpp", "recorder/history.h", False),
        ("studio/views/timeline.cpp", "studio/app/window.h", False),
        ("studio/app/window.cpp", "studio/views/timeline.h", True),
        ("studio/app/window.cpp", "studio/cli/run.h", False),
        ("studio/cli/run.cpp", "recorder/recorder.h", True),
        ("studio/cli/run.cpp", "studio/views/timeline.h", False),
        ("studio/cli/run.cpp", "studio/session/session.h", False),
        ("plugins/host/host.cpp", "studio/api/host.h", True),
        ("plugins/host/host.cpp", "studio/views/timeline.h", False),
        ("engine/base/event.h", "event.h", False),
        ("engine/base/event.h", "../value/value.h", False),
        ("studio/views/timeline.cpp", "timeline.moc", True),
    )

    def test_each_direction(self):
        for who, whom, may in self.CASES:
            with self.subTest(who=who, whom=whom):
                self.assertEqual(texts(who, f'"{whom}"') == [], may)

    def test_the_finding_names_place_and_what_is_allowed(self):
        self.assertEqual(
            texts("engine/value/value.h", "<vector>", '"engine/kernel/world.h"'),
            ['engine/value/value.h:2: "engine/kernel/world.h" is out of reach: '
             'engine/value may include engine/value, engine/base'])

    def test_a_folder_without_a_layer_is_told_of(self):
        self.assertIn("has no layer", texts("engine/new/thing.h")[0])


class Samples(unittest.TestCase):
    def test_public_api_own_files_and_the_standard_library_pass(self):
        self.assertEqual(
            texts("samples/bank/bank.cpp", '"engine/ariadne.h"', '"samples/bank/teller.h"',
                  "<vector>", "<boost/describe.hpp>"), [])

    def test_engine_internals_do_not(self):
        self.assertIn("public API", texts("samples/bank/bank.cpp", '"engine/kernel/world.h"')[0])

    def test_files_of_another_sample_do_not(self):
        self.assertIn("public API", texts("samples/bank/bank.cpp", '"samples/ring/node.h"')[0])

    def test_other_libraries_do_not(self):
        for name in ("<absl/status/status.h>", "<boost/mp11.hpp>", "<unistd.h>", "<QString>"):
            with self.subTest(name=name):
                self.assertEqual(len(texts("samples/bank/bank.cpp", name)), 1)


class Fences(unittest.TestCase):
    # Per fence: (header, a place inside, a place outside).
    CASES = {
        "Cap'n Proto": ("<capnp/message.h>", "tracefmt/codec.cpp", "recorder/recorder.cpp"),
        "LZ4": ("<lz4.h>", "tracefmt/codec.cpp", "recorder/recorder.cpp"),
        "libcurl": ("<curl/curl.h>", "recorder/effects/http.cpp", "recorder/effects/files.cpp"),
        "xxHash": ("<xxhash.h>", "engine/base/digest.cpp", "engine/base/event.cpp"),
        "SQLite": ("<sqlite3.h>", "recorder/query/tables.cpp", "recorder/history.cpp"),
        "CLI11": ("<CLI/CLI.hpp>", "studio/app/main.cpp", "studio/app/window.cpp"),
        "spdlog": ("<spdlog/spdlog.h>", "studio/cli/log.cpp", "recorder/recorder.cpp"),
        "nlohmann-json": ("<nlohmann/json.hpp>", "studio/cli/json.cpp", "tracefmt/codec.cpp"),
        "backward-cpp": ("<backward.hpp>", "studio/app/main.cpp", "engine/base/check.cpp"),
        "Boost": ("<boost/describe.hpp>", "engine/value/described.h", "tracefmt/codec.cpp"),
        "Boost.CRC": ("<boost/crc.hpp>", "tracefmt/crc32c.cpp", "engine/base/digest.cpp"),
        "Abseil": ("<absl/status/status.h>", "tracefmt/codec.cpp", "samples/bank/bank.cpp"),
        "Qt": ("<QString>", "studio/models/event_model.h", "studio/cli/run.cpp"),
        "threads": ("<mutex>", "recorder/writer_thread.cpp", "engine/kernel/world.cpp"),
        "the operating system": ("<unistd.h>", "tracefmt/file_io.cpp", "engine/kernel/world.cpp"),
    }

    def test_every_fence_has_a_case(self):
        self.assertEqual(set(self.CASES), {fence.name for fence in check_layers.FENCES})

    def test_each_fence_holds(self):
        for name, (header, inside, outside) in self.CASES.items():
            with self.subTest(fence=name):
                self.assertEqual(texts(inside, header), [])
                self.assertEqual(len(texts(outside, header)), 1)

    def test_qt_stays_out_of_engine_tracefmt_and_recorder(self):
        for path in ("engine/base/event.h", "tracefmt/codec.cpp", "recorder/recorder.cpp"):
            for header in ("<QObject>", "<QtCore/QObject>"):
                with self.subTest(path=path, header=header):
                    self.assertEqual(len(texts(path, header)), 1)

    def test_the_check_hook_may_be_atomic(self):
        self.assertEqual(texts("engine/base/check.cpp", "<atomic>"), [])
        self.assertEqual(len(texts("engine/base/digest.cpp", "<atomic>")), 1)

    def test_a_generated_schema_header_is_fenced_in_quotes_too(self):
        self.assertEqual(texts("tracefmt/codec.cpp", '"tracefmt/trace.capnp.h"'), [])
        self.assertEqual(len(texts("recorder/recorder.cpp", '"tracefmt/trace.capnp.h"')), 1)

    def test_an_unknown_library_needs_a_fence(self):
        self.assertIn("no fence", texts("studio/app/window.cpp", "<toml++/toml.h>")[0])

    def test_spdlog_is_for_one_file(self):
        one = "#include <spdlog/spdlog.h>\n"
        self.assertEqual(check_layers.check_logging_place({"studio/cli/log.cpp": one}), [])
        found = check_layers.check_logging_place(
            {"studio/cli/log.cpp": one, "studio/cli/run.cpp": one})
        self.assertEqual([finding.path for finding in found], ["studio/cli/run.cpp"])


if __name__ == "__main__":
    unittest.main()
