#pragma once

#include <QLoggingCategory>

// One category per folder, so that QT_LOGGING_RULES="mutoscope.seeder.debug=true" shows one part of the house.
// Never log a secret key, a gateway path or a whole message.
Q_DECLARE_LOGGING_CATEGORY(logBase)
Q_DECLARE_LOGGING_CATEGORY(logNet)
Q_DECLARE_LOGGING_CATEGORY(logContent)
Q_DECLARE_LOGGING_CATEGORY(logLedger)
Q_DECLARE_LOGGING_CATEGORY(logTracker)
Q_DECLARE_LOGGING_CATEGORY(logWallet)
Q_DECLARE_LOGGING_CATEGORY(logDiscovery)
Q_DECLARE_LOGGING_CATEGORY(logSeeder)
Q_DECLARE_LOGGING_CATEGORY(logViewer)
Q_DECLARE_LOGGING_CATEGORY(logNode)
