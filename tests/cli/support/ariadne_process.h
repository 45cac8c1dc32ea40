// Runs the real command and keeps what it said.
#pragma once

#include <QFile>
#include <QJsonDocument>
#include <QJsonObject>
#include <QProcess>
#include <QString>
#include <QTemporaryDir>
#include <QTest>

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace ariadne::tests {

struct Ran {
    int code = -1;  ///< exit status; -1: did not end by itself
    std::string out;
    std::string err;

    bool says(std::string_view text) const { return out.find(text) != std::string::npos; }
    bool warns(std::string_view text) const { return err.find(text) != std::string::npos; }
    std::string all() const {
        return "exit " + std::to_string(code) + "\nout: " + out + "\nerr: " + err;
    }
    QJsonObject json() const {
        return QJsonDocument::fromJson(QByteArray::fromStdString(out)).object();
    }
};

/// The exit status and what else a claim is about, with all that was said when it does not hold.
#define ARIADNE_RAN(ran, expectedCode)                                \
    do {                                                              \
        if ((ran).code != (expectedCode)) QFAIL((ran).all().c_str()); \
    } while (false)
#define ARIADNE_SAYS(ran, text)                                                       \
    do {                                                                              \
        if (!(ran).says(text))                                                        \
            QFAIL((std::string{"not said: "} + (text) + "\n" + (ran).all()).c_str()); \
    } while (false)
#define ARIADNE_WARNS(ran, text)                                                        \
    do {                                                                                \
        if (!(ran).warns(text))                                                         \
            QFAIL((std::string{"no warning: "} + (text) + "\n" + (ran).all()).c_str()); \
    } while (false)

/// A folder of its own for the files of one test, and the command run in it.
class Workplace {
public:
    std::string path(const std::string& name) const {
        return folder_.filePath(QString::fromStdString(name)).toStdString();
    }

    /// A process that is set up and not started.
    void prepare(QProcess& process, const std::vector<std::string>& words,
                 const std::string& program = ARIADNE_COMMAND) const {
        QStringList arguments;
        for (const std::string& word : words) arguments << QString::fromStdString(word);
        process.setProgram(QString::fromStdString(program));
        process.setArguments(arguments);
        process.setWorkingDirectory(folder_.path());
    }

    static Ran finish(QProcess& process) {
        Ran ran;
        const bool ended = process.waitForFinished(30'000);
        if (!ended) process.kill();
        ran.out = process.readAllStandardOutput().toStdString();
        ran.err = process.readAllStandardError().toStdString();
        if (ended && process.exitStatus() == QProcess::NormalExit) ran.code = process.exitCode();
        return ran;
    }

    Ran ariadne(const std::vector<std::string>& words) const {
        QProcess process;
        prepare(process, words);
        process.start();
        return finish(process);
    }

    /// With the test programs of this folder below tests/programs ("v1", "v2", "changed").
    Ran with(const std::string& programs, std::vector<std::string> words) const {
        words.insert(words.begin(), {"--programs", std::string{TEST_PROGRAMS} + "/" + programs});
        return ariadne(words);
    }

    /// A recording of ledger 1.0 named `name`; its path.
    std::string ledger(const std::string& name, const std::vector<std::string>& more = {}) const {
        std::vector<std::string> words{"run", "ledger", "-o", name};
        words.insert(words.end(), more.begin(), more.end());
        const Ran ran = with("v1", words);
        if (ran.code != 0) qWarning("%s", ran.all().c_str());
        return path(name);
    }

    std::string read(const std::string& name) const {
        QFile file{QString::fromStdString(path(name))};
        if (!file.open(QIODevice::ReadOnly)) return {};
        return file.readAll().toStdString();
    }
    void write(const std::string& name, const std::string& bytes) const {
        QFile file{QString::fromStdString(path(name))};
        if (!file.open(QIODevice::WriteOnly)) return;
        file.write(bytes.data(), static_cast<qint64>(bytes.size()));
    }
    bool has(const std::string& name) const {
        return QFile::exists(QString::fromStdString(path(name)));
    }

private:
    QTemporaryDir folder_;
};

/// Lines without their line feed.
inline std::vector<std::string> linesOf(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const std::size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
    }
    return lines;
}

}  // namespace ariadne::tests
