// What to run: program, seed, policy, arguments, where to record.
#pragma once

#include "studio/session/session.h"

#include <QDialog>

#include <functional>
#include <vector>

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;

namespace ariadne::studio {

/// One field of the form is one argument of the program, its default as what stands there first.
class RunDialog final : public QDialog {
    Q_OBJECT

public:
    /// The programs outlive the dialog. `folder`: where recordings are suggested.
    RunDialog(std::vector<const Program*> programs, const QString& folder,
              QWidget* parent = nullptr);

    void chooseProgram(const QString& id);
    /// As that run was asked for; but for the file, which is a new one. What the form does not show
    /// is kept as long as that program is chosen.
    void fill(const recorder::RunRequest& request);
    recorder::RunRequest request() const;
    bool startsPaused() const;
    /// Why it cannot start, from the program itself; empty when it can.
    QString problem() const;
    QLineEdit* argumentField(const QString& name) const;
    QLineEdit& faultsField() const { return *faults_; }
    QComboBox& levelField() const { return *level_; }
    QLineEdit& grantsField() const { return *grants_; }

private:
    const Program* program() const;
    void showProgram();
    void check();
    void browse();
    QString suggestedFile() const;

    std::vector<const Program*> programs_;
    QString folder_;
    recorder::RunRequest filled_;  ///< without a program: fill() was not called
    QComboBox* program_ = nullptr;
    QLineEdit* seed_ = nullptr;
    QComboBox* policy_ = nullptr;
    QComboBox* level_ = nullptr;
    QLineEdit* faults_ = nullptr;
    QLineEdit* grants_ = nullptr;
    QFormLayout* arguments_ = nullptr;
    QLineEdit* file_ = nullptr;
    QCheckBox* paused_ = nullptr;
    QLabel* problem_ = nullptr;
    QWidget* start_ = nullptr;
    bool fileIsSuggested_ = true;
};

/// A file for a recording of that program and seed that does not exist yet.
QString freshRecordingPath(const QString& folder, const QString& program, std::uint64_t seed);

}  // namespace ariadne::studio
