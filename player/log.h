#pragma once

#include <QLoggingCategory>

// Never log a URL: the gateway's path is a secret.
Q_DECLARE_LOGGING_CATEGORY(logPlayer)
