#include "engine/actor/program.h"
#include "recorder/program_library.h"
#include "studio/cli/commands.h"
#include "studio/cli/program_folders.h"
#include "studio/cli/report.h"

namespace ariadne::cli {

ExitCode ProgramsCommand::execute(Console& console) const {
    if (!loadProgramFolders(folders, console)) return ExitCode::kBadInput;
    Json all = Json::array();
    for (const Program* program : ProgramRegistry::all()) {
        Json arguments = Json::array();
        if (!json) console.line(program->id + " " + program->version);
        for (const ArgumentDesc& argument : program->arguments) {
            arguments.push_back({{"name", argument.name},
                                 {"type", argument.typeName},
                                 {"default", argument.defaultText}});
            if (!json)
                console.line("    " + argument.name + ": " + argument.typeName + " = " +
                             argument.defaultText);
        }
        all.push_back({{"id", program->id},
                       {"version", program->version},
                       {"arguments", std::move(arguments)}});
    }
    if (json) console.line(jsonLine({{"programs", all}}));
    if (all.empty())
        console.note("no programs in " + recorder::installedProgramFolder().native() +
                     "; name a folder of your own with --programs");
    return ExitCode::kFine;
}

}  // namespace ariadne::cli
